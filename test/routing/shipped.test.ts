import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Answers } from '../../src/forms/answers.ts'
import { readForms } from '../../src/forms/read.ts'
import { ticketText } from '../../src/forms/ticket-text.ts'
import { type Language, LANGUAGES } from '../../src/language.ts'
import { createDecider } from '../../src/routing/decide.ts'
import { type Facts, factsOfSubmission } from '../../src/routing/facts.ts'
import { lintRules } from '../../src/routing/lint.ts'
import { readRulebook } from '../../src/routing/read.ts'
import { type ExampleEntry, exampleFacts } from '../../src/routing/rule-file.ts'
import { placeOf } from '../../src/routing/rule.ts'
import { SANDBOX_WORLD } from '../../src/sandbox/zammad/world.ts'
import type { Source } from '../../src/sources/source.ts'

const sourcesIn = (folder: string): readonly Source[] => {
  const url = new URL(`../../${folder}/`, import.meta.url)
  return readdirSync(url)
    .filter((name) => /\.(yaml|ics)$/.test(name))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(new URL(name, url), 'utf8') }))
}

const RULES = sourcesIn('routing-rules')
const { rulebook, problems } = await readRulebook(RULES)
const { site, forms } = readForms(sourcesIn('forms'))
if (!rulebook || !site) throw new Error(`the shipped files cannot be read: ${JSON.stringify(problems)}`)
const { units, rules, unforeseen } = rulebook
const decider = createDecider(units, rules)

const request = (entry: ExampleEntry) => decider.decide(exampleFacts(entry))

/** Where a ticket of this request is put, `unit!` where it is urgent. */
function endsAt(facts: Facts): string {
  const decision = decider.decide(facts)
  return `${placeOf(decision, units)}${decision.priority === units.urgent ? '!' : ''}`
}

/** The facts of a form filled in as far as given, with the title that its ticket would have. */
function filled(id: string, answers: Answers, language: Language): Facts {
  const form = forms.find((one) => one.id === id)
  if (!form || !site) throw new Error(`no form is called ${id}`)
  const { title } = ticketText(form, answers, site, { language, files: {} })
  const sent = { form: id, answers, title, language, email: 'visitor@example.org', organisation: null }
  return factsOfSubmission({ ...sent, sentAt: new Date('2026-03-04T09:00:00Z') }, form)
}

test('the shipped rules have no findings', () => {
  expect(problems).toEqual([])
  expect(lintRules(rulebook, forms, RULES)).toEqual([])
})

test('the shipped rules are tried on at least 150 requests, and each rule on one in each language', () => {
  const examples = [...rules.flatMap(({ examples: { yes, no } }) => [...yes, ...no]), ...unforeseen]
  expect(examples.length).toBeGreaterThanOrEqual(150)
  const isIn = (language: Language) => (facts: Facts) => (facts.language ?? 'en') === language
  expect(
    rules.flatMap(({ name, examples: { yes } }) =>
      LANGUAGES.filter((language) => !yes.map(({ facts }) => facts).some(isIn(language))).map(
        (language) => `${name}: ${language}`,
      ),
    ),
  ).toEqual([])
})

test('the sandbox has the groups of the units, and the one that Zammad comes with', () => {
  const groups = SANDBOX_WORLD.groups.map(({ name }) => name)
  expect(groups.toSorted()).toEqual(['Users', ...units.units.map(({ group }) => group)].toSorted())
})

/** What the first user's documents tell people to write for, and which team answers. */
const ROWS: readonly (readonly [row: string, ends: string, requests: readonly ExampleEntry[]])[] = [
  [
    'data holders’ mailing list',
    'first-line',
    [
      "Add our new coordinator to the data holders' mailing list",
      { title: 'Baja de la lista de correo de titulares', body: 'Ya no trabajo en el hospital.' },
    ],
  ],
  [
    'SITE ID is empty, organisation unknown in the profile',
    'dashboard',
    [
      'the SITE ID of my profile is empty, please create it',
      { title: 'Perfil', body: 'Nuestro instituto no tiene SITE ID: la casilla sale en blanco. ¿Lo crean?' },
      { title: 'profile', body: 'My organisation is unknown, it is not in the list of organisations.' },
      'Mi organización no aparece en el desplegable del perfil',
      'My hospital is not in the drop-down list of the profile',
      { title: 'Alta', body: 'El desplegable de instituciones del perfil no incluye la nuestra.' },
    ],
  ],
  [
    'account of a data ingester, project in a reference node',
    'reference-nodes',
    [
      { title: 'Create a data ingestion project in UPV', body: 'Name: THYMUS. Managed by jdoe01.' },
      { title: 'Create a data ingestion imaging biobank', body: 'Biobank of the region, no URL yet.' },
      { title: 'Proyecto', body: 'Necesitamos un proyecto nuevo en XNAT. Lo gestionará alguien sin cuenta.' },
      { title: 'ingester', body: 'Please open a data ingester account for our data manager.' },
    ],
  ],
  [
    'trouble with the ingestion or upload tool',
    'reference-nodes',
    [
      { title: 'Uploading', body: 'Our MRIs are rejected by the node since the update, error 17.' },
      { title: 'Ayuda', body: 'La herramienta de subida se cuelga con los estudios de más de 2 GB.' },
    ],
  ],
  [
    'register a dataset in the public catalogue',
    'catalogue',
    [
      { title: 'Register a dataset', body: 'We attach the metadata spreadsheet (xlsx).' },
      {
        title: 'Alta de un conjunto de datos en el catálogo',
        body: 'Va el enlace a nuestro catálogo local.',
      },
    ],
  ],
  [
    'mapping tables for the ETL',
    'first-line',
    [
      { title: 'Upload', body: 'I attach the mapping tables as csv; the upload of images failed before.' },
      { title: 'Tablas de correspondencia para el ETL', body: 'SeriesDescription y atributos DICOM.' },
    ],
  ],
  [
    'wants to give data',
    'first-line',
    [
      'We would like to contribute imaging data of our hospital, how?',
      {
        title: 'Images',
        body: 'We want to share images of 400 patients. Shall we install a federated node, or upload them? Our last attempt elsewhere failed.',
      },
      { title: 'Aportar datos', body: 'Queremos aportar datos de cáncer de colon. ¿Qué hay que firmar?' },
    ],
  ],
  [
    'be connected to the federated explorer',
    'federated-search',
    [
      { title: 'register a new federated search provider', body: 'Hospital in Turin.' },
      { title: 'Conexión', body: 'Nos gustaría conectarnos al explorador federado, ¿qué hace falta?' },
    ],
  ],
  [
    'deploy a federated computing node',
    'technical',
    ['We plan to deploy a federated computing node', 'Instalación de un nodo federado en nuestro centro'],
  ],
  [
    'cannot log in, registration, groups',
    'first-line',
    [
      { title: 'Login', body: 'LS-AAI says that my identity provider released no email.' },
      { title: 'No puedo acceder', body: '¿Quién aprueba el ingreso en el grupo de investigadores?' },
    ],
  ],
  [
    'access request and its status in the negotiator',
    'first-line',
    [
      { title: 'Request 4711', body: 'The Negotiator shows "Representative Contacted" for three weeks.' },
      {
        title: 'Solicitud de acceso',
        body: 'La descripción del catálogo está mal y mi solicitud sigue «Under review».',
      },
    ],
  ],
  [
    'account for the XNAT at Health-RI',
    'reference-nodes',
    [
      'Account for the Euro-BioImaging XNAT (https://xnat.health-ri.nl)',
      { title: 'XNAT', body: 'No consigo entrar en el XNAT de Health-RI aunque ya tengo usuario.' },
    ],
  ],
  [
    'access to data at the UPV node',
    'reference-nodes',
    [
      'How do I start the virtual research environment at UPV?',
      'App Dashboard: my dataset is not mounted',
      'El dashboard de aplicaciones de la UPV no carga',
    ],
  ],
  [
    'observational study with real-world data',
    'first-line',
    [
      { title: 'Build an Observational Study with RWD', body: 'Federated search gives wrong counts.' },
      'Estudio observacional con datos de la vida real',
    ],
  ],
  [
    'catalogue search, filters, wrong metadata',
    'catalogue',
    [
      { title: 'Filters', body: 'In the catalogue the filter by sex gives no results at all.' },
      { title: 'Error', body: 'Los metadatos de nuestro conjunto en el catálogo están equivocados.' },
    ],
  ],
  [
    'federated query gives no or wrong counts',
    'federated-search',
    [
      { title: 'Counts', body: 'The federated query for lung gives a count of 3, last week it was 3,000.' },
      'La consulta federada da cero pacientes',
    ],
  ],
  [
    'bring a tool to the marketplace, Docker image review',
    'technical',
    ['We want to publish our software in the marketplace', 'Revisión de nuestra imagen de Docker'],
  ],
  [
    'training platform, courses, webinar',
    'first-line',
    [
      { title: 'Training platform', body: 'The video on the federated search fails at minute 3.' },
      { title: 'Curso sobre ingesta', body: '¿La herramienta de ingesta de datos del curso falla siempre?' },
    ],
  ],
  [
    'legal agreement, ethics',
    'first-line',
    [
      { title: 'DSA', body: 'Who signs it before we register the dataset in the catalogue?' },
      'Dudas sobre el dictamen del comité de ética',
    ],
  ],
  [
    'incident, one’s own personal data',
    'first-line!',
    [
      { title: 'Security incident', body: 'The upload tool has sent our export to the wrong recipient.' },
      { title: 'Fuga de datos', body: 'Un listado con nombres ha quedado accesible en el nodo de la UPV.' },
      'I want a copy of my personal data',
      'Ejercer mi derecho de supresión',
    ],
  ],
]

test.for(ROWS.flatMap(([row, ends, requests]) => requests.map((entry) => [row, ends, entry] as const)))(
  '%s: written without a form it ends at %s',
  ([, ends, entry]) => {
    expect(endsAt(exampleFacts(entry))).toBe(ends)
  },
)

const CHOICES: readonly (readonly [form: string, answers: Answers, ends: string])[] = [
  ['mailing-list', { request: 'join', list_organisation: 'Hospital X' }, 'first-line'],
  ['give-data', { data: ['radiology'], location: 'own-node' }, 'first-line'],
  ['training', { topic: 'course' }, 'first-line'],
  ['training', { topic: 'platform' }, 'first-line'],
  ['account-login', { problem: 'login' }, 'first-line'],
  ['account-login', { problem: 'registration' }, 'first-line'],
  ['account-login', { problem: 'membership' }, 'first-line'],
  ['account-login', { problem: 'site-id' }, 'dashboard'],
  ['account-login', { problem: 'profile' }, 'first-line'],
  ['account-login', { problem: 'unknown' }, 'first-line'],
  ['data-access', { topic: 'negotiator', status: 'started' }, 'first-line'],
  ['data-access', { topic: 'upv' }, 'reference-nodes'],
  ['data-access', { topic: 'other-node' }, 'first-line'],
  ['data-access', { topic: 'rwd-study' }, 'first-line'],
  ['data-access', { topic: 'catalogue' }, 'catalogue'],
  ['data-access', { topic: 'federated-search' }, 'federated-search'],
  ['data-access', { topic: 'other' }, 'first-line'],
  ['data-access', { topic: 'unknown' }, 'first-line'],
  ['catalogue-dataset', { request: 'register' }, 'catalogue'],
  ['catalogue-dataset', { request: 'unknown' }, 'catalogue'],
  ['node-project', { request: 'project-upv', project_name: 'P' }, 'reference-nodes'],
  ['node-project', { request: 'project-health-ri', project_name: 'P' }, 'reference-nodes'],
  ['node-project', { request: 'biobank', project_name: 'P' }, 'reference-nodes'],
  ['node-project', { request: 'change', project_name: 'P' }, 'reference-nodes'],
  ['upload-trouble', { node: 'upv', topic: 'rejected' }, 'reference-nodes'],
  ['upload-trouble', { node: 'unknown' }, 'reference-nodes'],
  ['upload-trouble', { node: 'upv', topic: 'mapping-tables' }, 'first-line'],
  ['xnat-account', { request: 'account' }, 'reference-nodes'],
  ['xnat-account', { request: 'login', details: 'Our own XNAT works.' }, 'reference-nodes'],
  ['federated-search', { request: 'provider' }, 'federated-search'],
  ['federated-search', { request: 'counts' }, 'federated-search'],
  ['federated-search', { request: 'unknown' }, 'federated-search'],
  ['federated-node', { request: 'deploy' }, 'technical'],
  ['federated-node', { request: 'other' }, 'technical'],
  ['software-provider', { request: 'other' }, 'technical'],
  ['software-provider', { request: 'marketplace' }, 'technical'],
  ['software-provider', { request: 'image-review' }, 'technical'],
  ['privacy-legal-security', { topic: 'incident' }, 'first-line!'],
  ['privacy-legal-security', { topic: 'personal-data' }, 'first-line!'],
  ['privacy-legal-security', { topic: 'other', ongoing: 'ongoing' }, 'first-line!'],
  ['privacy-legal-security', { topic: 'agreement' }, 'first-line'],
  ['privacy-legal-security', { topic: 'ethics' }, 'first-line'],
  ['privacy-legal-security', { topic: 'unknown' }, 'first-line'],
  ['general-question', { subject: 'A question', area: 'dashboard' }, 'dashboard'],
  ['general-question', { subject: 'App Dashboard of UPV', area: 'dashboard' }, 'reference-nodes'],
  ['general-question', { subject: 'A question', area: 'catalogue' }, 'catalogue'],
  ['general-question', { subject: 'Our local catalogue', area: 'catalogue' }, 'first-line'],
  ['general-question', { subject: 'A question', area: 'federated-search' }, 'federated-search'],
  ['general-question', { subject: 'A question', area: 'reference-node' }, 'reference-nodes'],
  ['general-question', { subject: 'App Dashboard', area: 'documentation' }, 'first-line'],
  ['general-question', { subject: 'Federated search fails', area: 'helpdesk' }, 'first-line'],
  ['general-question', { subject: 'A question', area: 'unknown' }, 'first-line'],
  ['general-question', { subject: 'Create XNAT project', area: 'other' }, 'reference-nodes'],
  ['general-question', { subject: 'El SITE ID sale vacío' }, 'dashboard'],
]

test.for(CHOICES)('the form %s with %j ends at %s, in either language', ([form, answers, ends]) => {
  for (const language of LANGUAGES) expect(endsAt(filled(form, answers, language))).toBe(ends)
})

test.for([
  ['account-login', { problem: 'profile' }, 'dashboard'],
  ['data-access', { topic: 'other-node' }, 'reference-nodes'],
  ['general-question', { subject: 'The dashboard does not load' }, 'dashboard'],
  ['general-question', { subject: 'El dashboard da error' }, 'dashboard'],
] as const)(
  'a guess is only suggested: the form %s with %j stays, tagged for %s',
  ([form, answers, unit]) => {
    const decision = decider.decide(filled(form, answers, 'en'))
    expect(decision).toMatchObject({ unit, mode: 'suggest', tags: [`suggest-${unit}`] })
  },
)

test.for([
  ['mailing-list', { request: 'join', list_organisation: 'Hospital X' }, 'mailing-list'],
  ['upload-trouble', { node: 'own', topic: 'mapping-tables' }, 'mapping-tables'],
  ['privacy-legal-security', { topic: 'incident' }, 'incident'],
  ['privacy-legal-security', { topic: 'personal-data' }, 'personal-data'],
] as const)(
  'by tag staff find what came by the form %s with %j, as they find it by words',
  ([form, answers, tag]) => {
    const words = {
      'mailing-list': 'Remove me from the mailing list',
      'mapping-tables': 'Tablas de mapeo',
      incident: 'Security incident',
      'personal-data': 'I withdraw my consent',
    }[tag]
    expect(decider.decide(filled(form, answers, 'en')).tags).toEqual([tag])
    expect(request(words).tags).toEqual([tag])
  },
)

test('every form is in the table of forms', () => {
  expect([...new Set(CHOICES.map(([form]) => form))].toSorted()).toEqual(forms.map(({ id }) => id).toSorted())
})

test.for([
  ['Create a data ingestion project in UPV', 'reference-nodes'],
  ['Create XNAT project in HealthRI', 'reference-nodes'],
  ['Create XNAT project', 'reference-nodes'],
  ['Create a data ingestion imaging biobank', 'reference-nodes'],
  ['register a new federated search provider', 'federated-search'],
  ['Build an Observational Study with RWD', 'first-line'],
] as const)('the title “%s” decides in any letter case, whatever stands below it', ([title, ends]) => {
  const body =
    'We saw the webinar, asked in the Negotiator, and the metadata spreadsheet for the catalogue follows. ' +
    'My SITE ID is empty, the upload of our images fails, the federated search gives no results, and we would ' +
    'like to share our data through a federated node that we install.'
  for (const written of [title, title.toUpperCase(), title.toLowerCase(), `Re: ${title}`]) {
    expect(endsAt(exampleFacts({ title: written, body }))).toBe(ends)
  }
})

test.for(forms.filter(({ id }) => id !== 'training').map(({ id }) => id))(
  'an incident told in the form %s is urgent',
  (id) => {
    const field =
      forms.find((form) => form.id === id)?.fields.find(({ kind }) => kind === 'textarea')?.id ?? ''
    const told = ['There was a data breach at our site.', 'Ha habido una brecha de seguridad.']
    for (const text of told) expect(endsAt(filled(id, { [field]: text }, 'en'))).toBe('first-line!')
  },
)

const INCIDENTS: readonly string[] = [
  // somebody is where they should not be
  'Suspicious access to our patient images',
  'An unauthorised person had access to our project',
  'Unauthorized access to the Valencia node on Sunday night',
  'Somebody logged into my account from abroad, it was not me',
  'someone has been using my password',
  'I can see the scans of another hospital and I should not have access to them',
  'A former employee is downloading images, unauthorised use of his old login',
  'Someone downloaded our data without permission',
  'We suspect an intruder in our node',
  // attacks
  'Our server was attacked by hackers',
  'our hospital got hit by ransomware',
  'We are victims of a cyberattack and had to switch off the node',
  'my account was hackd, no wait, hacked! what now',
  'A virus has encrypted our files and they ask for a ransom',
  'I clicked on a suspicious link that said it came from you and typed my password',
  'Phising mail with your logo',
  'Our credentials were leaked',
  'An XNAT token was pushed to GitHub where everybody can read it',
  'I think my account is compromised',
  // things lost and stolen
  'laptop with the images was stolen last night',
  'Somebody stole our backup disks',
  'I lost a USB stick with CT scans on it',
  'We have lost an external hard drive with patient data',
  'Lost laptop',
  'left my work laptop in a taxi, it is not encrypted',
  'A phone with access to the platform has been stolen',
  'Burglary: computers of the radiology are gone',
  // identities in the open
  'Wrong patient data was published by our node, the names are readable',
  'The names of the patients can be read in the corner of the images',
  'Patient data was leaked',
  'We uploaded 40 studies without anonymisation',
  'By mistake I sent a list of patients to another hospital',
  'an export with identifiable patients was sent to the wrong person',
  'Breach at our site',
  'Data leak',
  // one's own data
  'GDPR data subject access',
  'Please delete all of my personal information',
  'I want to exercise my right of access',
  'right to erasure under article 17',
  'Please send me all the information about me that you keep',
  // in Spanish
  'Brecha: hemos perdido un disco con imágenes de pacientes',
  'Hemos detectado un acceso no autorizado a los datos',
  'Robo de portátil con datos de pacientes',
  'Se han filtrado datos de pacientes',
  'Una persona no autorizada ha descargado nuestras imágenes',
  'alguien ha entrado en mi cuenta',
  'Nos han hackeado el servidor',
  'El hospital ha sufrido un ataque informático',
  'He perdido un pendrive con estudios',
  'Me han robado el móvil con la sesión abierta',
  'Olvidé el ordenador del hospital en el tren',
  'He recibido un correo sospechoso en su nombre y he dado mi contraseña',
  'Los nombres de los pacientes son legibles en las imágenes',
  'Hemos enviado un listado de pacientes al destinatario equivocado',
  'Hemos subido tres estudios sin anonimizar',
  'Veo los datos de otro hospital y no deberia poder ver nada de eso',
  'Se ha publicado por error una lista de pacientes',
  'Quiero ejercer mi derecho de acceso',
  'Borren toda mi información personal',
  'Secuestro de datos en nuestro hospital',
  'Nuestras contraseñas están publicadas en internet',
  // in other words, and beside words that keep the rules away
  "Our radiologist's notebook was stolen from her car, it had DICOM exports on it",
  "The hospital's IT found that a doctor's account was used at 3 am from Russia",
  'we were hacked',
  'Data exposed: our bucket with mammograms is open to the internet',
  'There has been a privacy incident in our team',
  'Medical images of our patients appear on a public website',
  'Someone else is logged in with my user',
  "I received another patient's data by mistake",
  'Email with patient list sent to wrong address',
  'We accidentally shared the project with all users',
  'A hard disk containing the scans disappeared during transport',
  'The USB key with the anonymisation table got lost in the mail',
  'Patient identifiers found in uploaded DICOM headers',
  'burned-in names were overlooked in 12 uploaded ultrasound images',
  'The mapping between pseudonyms and patient names was sent to the consortium by accident',
  'Possible intrusion on our federated node',
  'Strange logins on the XNAT server since yesterday',
  'Our firewall detected an attack on the node',
  'My token was exposed in a notebook I shared publicly',
  'ex-employee still has access and downloaded images',
  'I demand deletion of my data under GDPR',
  'please erase all data you store about me',
  "I'd like to know which personal data you have of me",
  'I want my account and all my personal details removed',
  'data protection complaint: my images were used without my consent',
  'security alert: malware found on workstation used for upload',
  'Se ha perdido un disco duro con resonancias',
  'Nos robaron dos ordenadores del servicio de radiología',
  'Creo que me han robado la cuenta',
  'Un compañero ha publicado en GitHub la clave de acceso al nodo',
  'Han accedido a nuestro proyecto sin permiso',
  'Envié por equivocación un excel con nombres de pacientes',
  'Hay nombres de pacientes en las cabeceras DICOM que subimos ayer',
  'Posible filtración de información de pacientes',
  'Hemos sufrido un ciberincidente',
  'He pinchado en un enlace fraudulento y he metido mi contraseña',
  'Quiero que borren todos mis datos',
  'Solicito el acceso a mis datos personales conforme al RGPD',
  'Nuestro servidor está infectado por un virus',
  'ransomware!!! help',
  'Usb perdido con datos sin cifrar',
  'URGENTE robo',
  'Se filtró un listado de pacientes por correo',
  'Unauthorised acces to patient data',
  'acceso no autorisado a nuestra cuenta',
  'Dear colleagues, one of our PhD students has left the hospital and took a copy of the whole dataset with him on a private disk',
  'During the night several gigabytes were downloaded by an account nobody here knows',
  'Our DPO asks me to inform you that pseudonyms of 30 patients can be re-identified',
  'the excel with the pseudonymisation key is on a shared drive that everyone can open',
  'I mailed the CT of a patient to the wrong doctor',
  'My credentials have been stolen, please block the account',
  'The tablet of our study nurse is missing, she was logged in to the platform',
  'A colleague gave his password to a student',
  'please block my account, i think somebody knows my password',
  'We noticed that DICOM tags still contain names and birth dates in the uploaded series',
  'Somebody broke into the server room',
  'our mailbox was hijacked and sends spam to your users',
  'The anonymisation failed and the uploaded files contain the names of patients',
  'Images with faces were uploaded without defacing and with identifiable names',
  'An attacker got root on our machine',
  'Please remove all my personal data from your database',
  'I no longer consent to the use of my images',
  'How can I have my data erased?',
  'Han robado el disco de copias del laboratorio',
  'Nos han entrado en el servidor',
  'Se nos ha colado un virus en los equipos',
  'He enviado sin querer los datos de una paciente a otra persona',
  'Los DICOM que subimos llevan el nombre y el DNI',
  'Creemos que alguien ha copiado la base de datos',
  'Un becario ha perdido el portátil con las imágenes',
  'Solicito la eliminación de mis datos',
  'Bloqueen mi cuenta por favor, me han robado las claves',
  'Detectada actividad anómala en el nodo, posible intrusión',
  'Our laptop was stolen. What is your procedure in case of a data breach?',
  'How do you protect against ransomware? Ours was encrypted last night',
  'Question: we lost the connection because somebody stole our server with the images',
  'I get 403 now, I think because someone logged into my account and changed the password',
  'The tool rejected some of them, but by mistake we already sent 10 studies that were not anonymised',
  'In a published article the names of the patients are readable',
  'Our tumour board server was attacked',
  'During the webinar a stranger accessed our project',
  'I lost my laptop and therefore have lost access to the project',
  'Patient names are visible in forty images. Can you delete the images of these patients?',
  'What should we do with a hacked account?',
  'How do I report a data breach?',
  'Robo en el servicio: se llevaron tres portátiles con datos',
  '¿Qué hacemos? Nos ha entrado un ransomware',
  'En caso de brecha, ¿a quién aviso? Hemos perdido un disco',
]

const HARMLESS: readonly string[] = [
  // logging in
  '401 Unauthorized when I log in',
  'It says unauthorized access when I try to open the dashboard, error 403',
  'I lost my password',
  'I forgot my password, how do I set a new one?',
  'My colleague lost access to the project after she changed university',
  'Unauthorized: invalid token in the API',
  'My account is locked after three attempts',
  // things that stop, and words of computing
  'My laptop lost connection during the upload',
  'The upload is lost after my computer goes to sleep',
  'I left my computer on overnight and the upload stopped',
  'Lost upload',
  'The ingestion tool has a memory leak',
  'Which port does the exposed endpoint use?',
  'How many disks does a node need?',
  'How much USB storage can I send by post?',
  'The phone number in my profile is wrong',
  'There is no disk space left on the node',
  'The images are missing on the disk of the virtual machine',
  // science
  'Do you have a heart attack dataset?',
  'Scans after transient ischaemic attacks',
  'Adversarial attacks on segmentation models',
  'Are the models robust against membership inference attacks?',
  'Data leakage between training set and test set',
  'Suspicious lesions in mammograms, which label?',
  'Patients with a compromised immune system',
  'Does the tumour attack the lymph nodes first?',
  'Hackathon on lung nodules',
  'We published a paper with patient data of your platform',
  // other things in the same words
  'Breach of contract by our caterer',
  'His talk stole the show in Valencia',
  'I lost my badge at your meeting',
  'What do you do in case of a breach?',
  'How do you protect patient data against hackers?',
  'Do you offer a phishing awareness course?',
  'Is the patient data publicly accessible?',
  'Are patient names visible to other users?',
  'Which access rights does a data manager have?',
  'Can someone access our ticket and add a file to it?',
  'How do I remove personal data from the DICOM headers?',
  'I want to correct my personal information in the profile',
  'Is there a list of authorised users?',
  'Does the catalogue contain identifiable data?',
  // in Spanish
  'Error 401: acceso no autorizado al iniciar sesión',
  'He perdido mi contraseña',
  'He perdido la conexión con el disco',
  'Se ha perdido la subida de anoche',
  'He filtrado por edad y no sale nada',
  'Los datos filtrados por centro no coinciden',
  'Pacientes con ataques de epilepsia',
  'Ataque cardíaco: ¿hay imágenes?',
  'La brecha de género en oncología',
  'Robótica y cirugía: ¿tienen vídeos?',
  '¿Cómo protegen los datos frente a un ciberataque?',
  '¿Qué hacen en caso de robo de datos?',
  '¿Se ven los nombres de los pacientes en el visor?',
  'Los derechos de acceso de mi grupo han cambiado',
  '¿Cómo cambio mis datos personales?',
  'El disco del nodo está lleno',
  '¿Hay un teléfono de ayuda?',
  // near to what the rules look for
  'How long does the security review of a Docker image take?',
  'My upload stopped at 60 % and the tool shows error 500',
  'The password reset mail never arrives',
  'Is the platform protected with two-factor authentication?',
  'I got a suspicious result in the federated search',
  'Which patients are in the leaked... I mean linked cohort?',
  'Can I publish a paper with the patient images from the catalogue?',
  'We found an error in the names of the datasets',
  'The names are not readable in the menu, the font is too small',
  'The series names are visible in XNAT but the images are not',
  'I lost track of my request',
  'Our disk is full',
  'We left the consortium in May',
  'Transfer interrupted: lost packets',
  'Please cancel my registration for the webinar',
  'Please remove my old dataset from the catalogue',
  'I cannot see the data of another hospital that I was granted',
  'How do I share patient data with another hospital?',
  'We shared the images with the node and nothing appears',
  'I sent the DTA to the wrong department, please forward',
  'Our project was published in the catalogue with a wrong title',
  'Personal data agreement: who signs?',
  'Which information about datasets is public?',
  'Metadata is public, is the data as well?',
  'The patient ID is visible in the viewer, but the study date is empty',
  'The filter shows patients of other hospitals',
  'Ha desaparecido el botón de subir',
  'Se ha publicado el conjunto de datos con el título equivocado',
  '¿Puedo publicar un artículo con imágenes de pacientes?',
  'La sesión se pierde al entrar en el dashboard',
  'El ordenador se queda colgado con la herramienta de ingesta',
  'Hemos enviado las imágenes y no aparecen',
  'No encuentro los datos de otros hospitales en el catálogo',
  '¿Qué clave uso para la API pública?',
  'He olvidado mi clave',
  'Mi compañero ha dejado el hospital y necesitamos otro gestor',
  'Tengo un teléfono nuevo y no me llega el código',
  'He cambiado de móvil',
  'El nombre del paciente no se ve en el visor',
  'Lista de pacientes: ¿qué formato?',
  'Nuestros datos personales de contacto han cambiado',
  'Hello, I uploaded 200 studies by mistake to the test project, can you move them?',
  'The images were sent twice by accident, please delete the duplicates',
  'By mistake I published the dataset with the wrong number of images, how do I correct it?',
  'We forgot to tell you that our project ends in June',
  'Which header fields are removed, and are uploaded images checked for burned in text?',
  'Our scanner disappeared from the list',
  'Computer-aided detection in infected lungs',
  'I shared my project proposal by mistake in the wrong form',
  'Do the images contain urgent cases?',
  'Can I take a copy of the data on my laptop?',
  'May I use my own computer for the ingestion?',
  'I cannot log in with my phone, the code is wrong',
  'The GDPR page of your website is broken',
  'Does the GDPR allow us to share images?',
  'My data does not appear in the catalogue',
  'Please delete all the data in the project TEST',
  "The negotiator gives me access to someone else's request form",
  'Hola, mi usuario no tiene permiso para el proyecto',
  'He subido por error 20 estudios al proyecto de pruebas, ¿los pueden mover?',
  'Se ha enviado dos veces la misma serie',
  'Por error he pedido acceso al conjunto equivocado',
  '¿Pueden ampliar el disco del proyecto?',
  'La clave pública de mi nodo ha cambiado',
  'Mis datos no aparecen en el catálogo',
  'El RGPD, ¿nos deja compartir imágenes?',
  '¿Qué información guardan de cada estudio?',
  'Se me ha olvidado la contraseña del portátil de la demo',
  'Our hospital was hit by a power cut, the node is down',
  'The server crashed after the attack on the power grid',
  'Search results leak memory in the browser',
  'Can someone logged in as a data user see my request?',
  'How many patients were in the attack cohort?',
  'Do you have a plan in the event of a cyberattack?',
  'What are the measures against data leaks?',
  'Course about data breaches for DPOs',
  '¿Hay un protocolo para el robo de dispositivos?',
  '¿Qué pasa si alguien pierde un portátil?',
  'Could the account be used by two people?',
  'Our patients have names with accents, the tool fails',
  'Published data: which are public?',
  'The USB ultrasound probe is not supported',
  'Is a stolen laptop covered by your policy for users?',
  'The password for the demo was published in the guide, but it does not work',
  'Security certificate expired on your website',
  'My antivirus blocks the upload tool',
  'Invitation: conference on cybersecurity and hackers in health care',
  'The hospital firewall blocks port 443',
  'The images arrived with wrong patient IDs',
  'Please give the new researcher access to our project',
  'We sent you patient data last week, have you received it?',
]

/** The same words as people bring them: as a title, in a mail below a title that says nothing, in a form. */
const broughtAs = (words: string): readonly Facts[] => [
  exampleFacts({ title: words }),
  exampleFacts({ title: 'Hello', body: `Dear team,\n\n${words}\n\nKind regards`, source: 'email' }),
  filled('general-question', { subject: 'Hello', question: words }, 'en'),
  filled('general-question', { subject: words.slice(0, 120), question: 'See above.' }, 'es'),
]

test.for(INCIDENTS)('%s: is urgent, however it comes', (words) => {
  expect(broughtAs(words).map(endsAt)).toEqual(broughtAs(words).map(() => 'first-line!'))
  expect(endsAt(exampleFacts({ title: words.toUpperCase() }))).toBe('first-line!')
})

test.for(HARMLESS)('%s: is not urgent, however it comes', (words) => {
  expect(broughtAs(words).map((facts) => decider.decide(facts).priority)).toEqual([null, null, null, null])
})

const UNFORESEEN: readonly ExampleEntry[] = [
  // nobody's
  'Hi',
  'Hello, is anyone there?',
  { title: 'Lost badge', body: 'I lost my badge for the building in Barcelona, who has the spare key?' },
  {
    title: 'Invoice 20398 overdue',
    body: 'Kindly settle the enclosed invoice within ten days.',
    source: 'email',
  },
  { title: 'Purchase order', body: 'Please confirm the delivery address for the order of 40 chairs.' },
  { title: 'Congratulations!!!', body: 'You have won a prize of 1,000,000 €. Click the link to claim it.' },
  { title: 'Cheap followers', body: 'Our agency lifts your ranking. First month free.', source: 'email' },
  { title: 'Call for papers', body: 'Submit your manuscript to our journal before 31 May.', source: 'email' },
  { title: 'Out of office', body: 'I am on leave. In urgent cases call my colleague.', source: 'email' },
  { title: 'Missed call', body: 'Somebody called from your number at 10:14.', source: 'phone' },
  { title: '', body: '' },
  { title: '???', body: '!!!' },
  { title: 'Buenos días', body: 'Quisiera hablar con alguien, por favor.', language: 'es' },
  { title: 'He perdido mi tarjeta de acceso al edificio', language: 'es' },
  {
    title: 'Factura 88/2026',
    body: 'Adjuntamos la factura correspondiente al mes de abril.',
    language: 'es',
  },
  { title: 'Feliz Navidad', body: 'Les deseamos unas felices fiestas.', language: 'es' },
  { title: 'Oferta de empleo', body: '¿Tienen vacantes para técnicos de radiología?', language: 'es' },
  { title: 'Encuesta', body: 'Le invitamos a contestar una encuesta de cinco minutos.', language: 'es' },
  // other science
  'Is there a cure for glioblastoma?',
  {
    title: 'Second opinion',
    body: 'My mother has breast cancer. Could one of your doctors look at her scans?',
  },
  'Which statistics should I use for a survival analysis?',
  { title: 'Radiomics', body: 'What bin width do you recommend for texture features?' },
  {
    title: 'Transformer models',
    body: 'We are training a transformer on CT. Any advice on the learning rate?',
  },
  { title: 'Quantum computing', body: 'Do you plan to use it?' },
  { title: '¿Qué secuencia de resonancia es mejor para próstata?', language: 'es' },
  { title: 'Tesis', body: 'Hago la tesis sobre inteligencia artificial y busco director.', language: 'es' },
  { title: 'Duda médica', body: 'Me han encontrado un nódulo. ¿Es grave?', language: 'es' },
  // near to a rule
  'Where do I find the user guide?',
  'What does federated mean here?',
  'Who runs the node in Valencia?',
  'How long are images kept?',
  'Can industry use the platform?',
  { title: 'Logo', body: 'May we use the logo of the catalogue on a poster?' },
  { title: 'Statistics', body: 'How many people used the dashboard last year?' },
  { title: 'Car', body: 'The dashboard of my car shows an error and the engine light is on.' },
  { title: 'Library', body: 'Is the printed catalogue of the exhibition still to be had?' },
  { title: 'Project', body: 'We write a proposal for a European project and look for partners.' },
  { title: 'Tool', body: 'Which tool do you use to draw the diagrams in the guide?' },
  { title: 'XNAT', body: 'Which version of XNAT would you advise for a small clinic?' },
  { title: 'Docker', body: 'Is there an introduction to Docker for physicians?' },
  { title: 'Profile', body: 'Please send us the profile of the person we should hire.' },
  { title: 'Breach of contract', body: 'The caterer did not come. What do we do?' },
  { title: 'Personal', body: 'Could you put me through to the personnel department?' },
  { title: 'Security', body: 'Do you hold an ISO 27001 certificate?' },
  { title: 'Privacy', body: 'Where can I read your privacy policy?' },
  { title: 'Anonymisation', body: 'Which anonymisation profile do you ask for, and who checks it?' },
  { title: 'Negotiations', body: 'We negotiate with a vendor of scanners. Do you have a list of prices?' },
  { title: 'Listas', body: '¿Hay una lista de hospitales participantes?', language: 'es' },
  { title: 'Catálogo', body: '¿Hay un catálogo en papel?', language: 'es' },
  { title: 'Búsqueda de socios', body: 'Buscamos hospitales para un ensayo clínico.', language: 'es' },
  { title: 'Nodos', body: '¿Cuántos nodos hay en Francia?', language: 'es' },
  { title: 'Perfil profesional', body: '¿Qué perfil buscan para la plaza de Valencia?', language: 'es' },
  {
    title: 'Proyecto',
    body: 'Nuestro proyecto acaba en junio. ¿A quién mando el informe final?',
    language: 'es',
  },
  { title: 'Seguridad', body: '¿Tienen seguro de responsabilidad civil?', language: 'es' },
  { title: 'Imágenes', body: '¿Puedo usar una imagen de la web en mi presentación?', language: 'es' },
  { title: 'Software', body: '¿Qué programa recomiendan para ver imágenes DICOM en casa?', language: 'es' },
  { title: 'Datos', body: '¿De cuántos pacientes son los datos de hígado?', language: 'es' },
]

test('the texts that nobody foresaw are forty at least, in both languages', () => {
  const spanish = UNFORESEEN.filter((entry) => exampleFacts(entry).language === 'es')
  expect(UNFORESEEN.length - spanish.length).toBeGreaterThanOrEqual(25)
  expect(spanish.length).toBeGreaterThanOrEqual(15)
})

test.for(UNFORESEEN)('a request that nobody foresaw stays with First Line: %j', (entry) => {
  expect(request(entry)).toMatchObject({ unit: units.defaultUnit, rule: null, priority: null, tags: [] })
})
