import type { ConsentField, Field, Form, Site } from '../../src/forms/form.ts'

/** A helpdesk with everything that a site can have. */
export const sampleSite: Site = {
  name: { en: 'Northern Biobank helpdesk', es: 'Centro de ayuda del Biobanco del Norte' },
  languages: ['en', 'es'],
  timeZone: 'Europe/Madrid',
  policy: { url: 'https://policy.example/privacy', version: '2025-01' },
  login: {
    url: 'https://desk.example/#login',
    label: { en: 'Life Science login', es: 'Cuenta Life Science' },
  },
  groups: [
    { id: 'holders', title: { en: 'Data holders', es: 'Titulares de datos' } },
    { id: 'researchers', title: { en: 'Researchers', es: 'Personal investigador' } },
    { id: 'nobody', title: { en: 'Nobody', es: 'Nadie' } },
  ],
  links: [
    { title: { en: 'Accessibility', es: 'Accesibilidad' }, url: 'https://biobank.example/accessibility' },
  ],
  accent: { light: '#0b5f79', dark: '#63c3df' },
}

const visitorFields: readonly Field[] = [
  { id: 'name', kind: 'text', required: true, maxLength: 200, label: { en: 'Your name', es: 'Su nombre' } },
  {
    id: 'email',
    kind: 'email',
    required: true,
    maxLength: 254,
    label: { en: 'Email', es: 'Correo electrónico' },
    hint: { en: 'The answer is sent here.', es: 'Aquí recibirá la respuesta.' },
  },
  {
    id: 'organisation',
    kind: 'text',
    required: false,
    maxLength: 200,
    label: { en: 'Organisation', es: 'Organización' },
  },
]

const consent: ConsentField = {
  id: 'consent',
  kind: 'consent',
  required: true,
  label: {
    en: 'I have read the privacy and acceptable use policy.',
    es: 'He leído la política de privacidad y uso aceptable.',
  },
}

const ticket = { title: '{what}', body: ['what'], attributes: [] }

/** A form with every kind of field, and labels as long as Spanish makes them. */
export const uploadForm: Form = {
  id: 'upload-trouble',
  title: { en: 'Upload is failing', es: 'La subida de imágenes o de datos clínicos falla' },
  summary: {
    en: 'The ingestion tool stops, or images do not arrive',
    es: 'La herramienta se detiene o las imágenes no llegan',
  },
  group: 'holders',
  intro: {
    en: 'Tell us what you tried and what happened.',
    es: 'Cuéntenos qué ha intentado, con qué herramienta y qué ha ocurrido a continuación.',
  },
  help: [
    { title: { en: 'End user guide', es: 'Guía de usuario' }, url: 'https://guide.example' },
    { title: { en: 'Videos', es: 'Vídeos' }, url: 'https://videos.example' },
  ],
  mail: 'full',
  notify: 'all',
  fields: [
    ...visitorFields,
    {
      id: 'node',
      kind: 'select',
      required: true,
      label: { en: 'Reference node', es: 'Nodo de referencia' },
      options: [
        { value: 'upv', label: { en: 'UPV, Valencia', es: 'UPV, Valencia' } },
        { value: 'unknown', label: { en: 'I do not know', es: 'No lo sé' } },
      ],
    },
    {
      id: 'since',
      kind: 'radio',
      required: true,
      label: {
        en: 'Since when does it fail?',
        es: '¿Desde cuándo falla la subida de las imágenes o de los datos clínicos asociados a ellas?',
      },
      options: [
        { value: 'always', label: { en: 'It never worked', es: 'Nunca ha funcionado' } },
        { value: 'recently', label: { en: 'It worked before', es: 'Antes funcionaba' } },
      ],
    },
    {
      id: 'what_arrived',
      kind: 'checkboxes',
      required: false,
      label: { en: 'What arrived?', es: '¿Qué ha llegado?' },
      hint: { en: 'Choose all that apply.', es: 'Elija todo lo que corresponda.' },
      options: [
        { value: 'images', label: { en: 'Images', es: 'Imágenes' } },
        { value: 'clinical', label: { en: 'Clinical data', es: 'Datos clínicos' } },
      ],
    },
    { id: 'day', kind: 'date', required: false, label: { en: 'First seen on', es: 'Visto por primera vez' } },
    {
      id: 'project',
      kind: 'url',
      required: false,
      maxLength: 500,
      label: { en: 'Address of the project', es: 'Dirección web del proyecto' },
    },
    {
      id: 'log',
      kind: 'files',
      required: false,
      label: { en: 'Files', es: 'Archivos' },
      hint: { en: 'Logs or screenshots.', es: 'Registros o capturas de pantalla.' },
      accept: ['log', 'txt', 'pdf', 'png'],
    },
    {
      id: 'what',
      kind: 'textarea',
      required: true,
      maxLength: 8000,
      label: { en: 'What happens?', es: '¿Qué ocurre?' },
      hint: {
        en: 'What you did, what you expected, the message you saw.',
        es: 'Qué hizo, qué esperaba y qué mensaje apareció.',
      },
    },
    consent,
  ],
  ticket,
}

/** The shortest form there can be. */
export const questionForm: Form = {
  id: 'question',
  title: { en: 'Another question', es: 'Otra pregunta' },
  summary: { en: 'Anything else', es: 'Cualquier otra cosa' },
  group: 'researchers',
  intro: { en: 'Write in your own words.', es: 'Escriba con sus propias palabras.' },
  help: [],
  mail: 'link-only',
  notify: 'answers',
  fields: [
    ...visitorFields,
    {
      id: 'what',
      kind: 'textarea',
      required: true,
      maxLength: 8000,
      label: { en: 'Your question', es: 'Su pregunta' },
    },
    consent,
  ],
  ticket,
}

export const sampleForms: readonly Form[] = [
  uploadForm,
  {
    ...questionForm,
    id: 'mailing-list',
    group: 'holders',
    title: { en: 'Mailing list of data holders', es: 'Lista de correo de titulares de datos' },
    summary: { en: 'Join, leave, change an address', es: 'Alta, baja o cambio de dirección' },
  },
  {
    ...questionForm,
    id: 'dataset',
    group: 'holders',
    title: { en: 'Publish a dataset in the catalogue', es: 'Publicar un conjunto de datos en el catálogo' },
    summary: { en: 'Register metadata, or correct it', es: 'Registrar o corregir metadatos' },
  },
  questionForm,
]
