import type { JSX } from 'hono/jsx/jsx-runtime'

/** One place on the axis of a chart. */
interface Place {
  /** As the axis tells it, where there is room. */
  readonly label: string
  /** As it is told in full. */
  readonly name: string
}

/** A bar of two parts, one on the other. */
export interface Bar extends Place {
  readonly lower: number
  readonly upper: number
}

/** A point of a line; null where there is nothing to tell. */
export interface Point extends Place {
  /** 0 to 1. */
  readonly share: number | null
  /** As it is told in full. */
  readonly told: string
}

interface ChartProps {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  /** What is seen, in a sentence, for those who do not see it. */
  readonly about: string
}

const WIDTH = 640
const HEIGHT = 240
const LEFT = 44
const RIGHT = 12
const TOP = 14
const BOTTOM = 30
const BASE = HEIGHT - BOTTOM
const PLOT_WIDTH = WIDTH - LEFT - RIGHT
const PLOT_HEIGHT = BASE - TOP

/** Pixels that the label of a place takes, at least. */
const LABEL_WIDTH = 54

const round = (value: number): number => Math.round(value * 10) / 10

const STEPS: readonly number[] = [2, 3, 4, 5, 6, 8, 10, 15]

/** A round number that is not less, and of which the half is a whole number: 2, 4, 10, 20, 30, 150 … */
export function roundUp(value: number): number {
  for (let power = 1; ; power *= 10) {
    const found = STEPS.map((step) => step * power).find((round) => round >= value && round % 2 === 0)
    if (found !== undefined) return found
  }
}

interface AxisProps {
  /** From the base to the top, evenly. */
  readonly ticks: readonly string[]
  readonly places: readonly Place[]
}

const slotWidth = (places: readonly unknown[]): number => PLOT_WIDTH / Math.max(1, places.length)
const middleOf = (at: number, places: readonly unknown[]): number =>
  round(LEFT + (at + 0.5) * slotWidth(places))

/** The lines that are measured by, and the labels along the base: as many as there is room for. */
function Axes({ ticks, places }: AxisProps): JSX.Element {
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / slotWidth(places)))
  return (
    <>
      {ticks.map((tick, at) => {
        const y = round(BASE - (at * PLOT_HEIGHT) / (ticks.length - 1))
        return (
          <>
            <line class="rule" x1={LEFT} x2={WIDTH - RIGHT} y1={y} y2={y} />
            <text x={LEFT - 8} y={y + 4} text-anchor="end">
              {tick}
            </text>
          </>
        )
      })}
      {places.map(({ label }, at) =>
        at % every === 0 ? (
          <text x={middleOf(at, places)} y={BASE + 20} text-anchor="middle">
            {label}
          </text>
        ) : null,
      )}
    </>
  )
}

function Frame({
  id,
  title,
  about,
  children,
}: ChartProps & { readonly children: JSX.Element | readonly JSX.Element[] }): JSX.Element {
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-labelledby={`${id}-title ${id}-desc`}
      xmlns="http://www.w3.org/2000/svg"
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-desc`}>{about}</desc>
      {children}
    </svg>
  )
}

interface BarsProps extends ChartProps {
  readonly bars: readonly Bar[]
  /** What the two parts stand for. */
  readonly parts: { readonly lower: string; readonly upper: string }
}

/** Bars of two parts. The upper one is hatched, so that nobody needs to tell the colours apart. */
export function Bars({ bars, parts, ...frame }: BarsProps): JSX.Element {
  const most = roundUp(Math.max(1, ...bars.map(({ lower, upper }) => lower + upper)))
  const width = round(Math.min(48, slotWidth(bars) * 0.76))
  const hatch = `${frame.id}-hatch`
  const heightOf = (value: number): number => round((value / most) * PLOT_HEIGHT)
  return (
    <Frame {...frame}>
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="6" height="6" />
          <rect class="hatch" width="3" height="6" />
        </pattern>
      </defs>
      <Axes ticks={['0', String(most / 2), String(most)]} places={bars} />
      <g>
        {bars.map(({ name, lower, upper }, at) => {
          const x = round(middleOf(at, bars) - width / 2)
          const [low, high] = [heightOf(lower), heightOf(upper)]
          return lower + upper === 0 ? null : (
            <g>
              <title>{`${name}: ${lower} ${parts.lower}, ${upper} ${parts.upper}`}</title>
              {lower === 0 ? null : (
                <rect class="lower" x={x} y={round(BASE - low)} width={width} height={low} />
              )}
              {upper === 0 ? null : (
                <rect
                  class="upper"
                  x={x}
                  y={round(BASE - low - high)}
                  width={width}
                  height={high}
                  fill={`url(#${hatch})`}
                />
              )}
            </g>
          )
        })}
      </g>
      <line class="base" x1={LEFT} x2={WIDTH - RIGHT} y1={BASE} y2={BASE} />
    </Frame>
  )
}

/** Points without a gap between them, drawn as one line each. */
function runsOf(points: readonly Point[]): readonly (readonly (readonly [number, number])[])[] {
  const runs: (readonly [number, number])[][] = [[]]
  points.forEach(({ share }, at) => {
    if (share === null) runs.push([])
    else runs.at(-1)?.push([middleOf(at, points), round(BASE - share * PLOT_HEIGHT)])
  })
  return runs.filter((run) => run.length > 0)
}

/** A line of shares; it is broken where there is nothing to tell. */
export function Line({ points, ...frame }: ChartProps & { readonly points: readonly Point[] }): JSX.Element {
  return (
    <Frame {...frame}>
      <Axes ticks={['0%', '50%', '100%']} places={points} />
      <g>
        {runsOf(points).map((run) => (
          <polyline class="run" points={run.map((pair) => pair.join(',')).join(' ')} />
        ))}
        {points.map(({ share, name, told }, at) =>
          share === null ? null : (
            <circle class="dot" cx={middleOf(at, points)} cy={round(BASE - share * PLOT_HEIGHT)} r="4">
              <title>{`${name}: ${told}`}</title>
            </circle>
          ),
        )}
      </g>
    </Frame>
  )
}
