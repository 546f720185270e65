import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { wrongDerivations } from './promise-derived.ts'
import { metricsOfAll, reportOfAll, wrongFigures, wrongRegrets } from './promise-figures.ts'
import { mailsOf } from './promise-mails.ts'
import { liveOneMonth, type Progress } from './promise-month.ts'
import { wrongDigests, wrongWeeks } from './promise-mornings.ts'
import { createOracle } from './promise-oracle.ts'
import type { Size } from './promise-plan.ts'
import { floods, hurries, mailsADay } from './promise-pace.ts'
import * as verdict from './promise-verdict.ts'

/** What the log calls an error (pino's level 50). */
const isError = (line: string): boolean => Number(/"level":(\d+)/.exec(line)?.[1]) >= 50

const differences = (told: object, true_: object): readonly string[] =>
  Object.entries(true_).flatMap(([name, wanted]) => {
    const [said, is] = [JSON.stringify(Reflect.get(told, name)), JSON.stringify(wanted)]
    return said === is ? [] : [`${name}: ${said}, not ${is}`]
  })

/** Lives through a month and judges it. `faults` names everything that is not as it was promised, by kind. */
export async function monthOf(size: Size, seed: number, progress: Progress = () => undefined) {
  const month = await liveOneMonth(size, seed, progress)
  const judged = { month, oracle: createOracle(month.truth), mails: await mailsOf(month) }
  const report = await reportOfAll(judged)
  const metrics = await metricsOfAll(judged)
  const faults = {
    mails: judged.mails.faults,
    repetitions: verdict.repetitions(judged),
    untruths: verdict.untruths(judged),
    omissions: verdict.omissions(judged),
    unforeseen: verdict.unforeseen(judged),
    floods: floods(judged),
    hurries: hurries(judged),
    notes: verdict.wrongNotes(judged),
    tags: verdict.wrongTags(judged),
    digests: wrongDigests(judged),
    weeks: wrongWeeks(judged),
    figures: wrongFigures(judged),
    regrets: wrongRegrets(judged),
    report: differences(report.told, report.true),
    metrics: differences(metrics.told, metrics.true),
    derived: await wrongDerivations(judged),
    errors: month.house.log.filter(isError),
  }
  return { judged, faults, measured: measuredIn(judged, report.true, metrics.alertLagMaxSeconds) }
}

type Judged = verdict.Judged

/** What a month came to, for whoever wants to know how near it was to its bounds. */
function measuredIn(judged: Judged, report: object, alertLagMaxSeconds: number) {
  const { month, mails, oracle } = judged
  const breaches = verdict.breachesOf(judged)
  const foreseeable = breaches.filter(({ isForeseeable }) => isForeseeable)
  const aDay = [...mailsADay(judged).values()]
  const { received, answered, open, kept } = Object.assign(
    { received: 0, answered: 0, open: 0, kept: {} },
    report,
  )
  return {
    tickets: month.truth.tickets.size,
    rounds: month.rounds.length,
    deaths: month.deaths,
    downs: month.truth.serviceDown.length,
    mails: month.house.far.mailbox.messages().length,
    alertMails: mails.alerts.length,
    copies: mails.alerts.reduce((sum, { copies }) => sum + copies - 1, 0),
    warnings: mails.alerts.reduce((sum, { warnings }) => sum + warnings.length, 0),
    levels: [...month.truth.tickets.keys()].reduce((sum, about) => sum + oracle.levelsOf(about).length, 0),
    digests: mails.digests.length,
    weeks: mails.weeks.length,
    reports: mails.reports.length,
    regrets: mails.regrets.length,
    acknowledged: [...month.truth.tickets.values()].flatMap(({ happened }) =>
      happened.filter(({ what }) => what === 'acknowledged'),
    ).length,
    breaches: breaches.length,
    unforeseeable: breaches.length - foreseeable.length,
    shortestWarningHours: Math.min(...foreseeable.map(({ aheadMs }) => aheadMs)) / HOUR_MS,
    mostMailsADay: Math.max(0, ...aDay),
    mailsADay: Object.fromEntries(
      Array.from({ length: Math.max(0, ...aDay) }, (_, n) => [
        n + 1,
        aDay.filter((count) => count === n + 1).length,
      ]),
    ),
    alertLagMaxMinutes: (alertLagMaxSeconds * 1000) / MINUTE_MS,
    received,
    answered,
    open,
    kept,
  }
}
