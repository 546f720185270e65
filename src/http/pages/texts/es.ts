import type { Texts } from './en.ts'

export const es: Texts = {
  skip: 'Ir al contenido',
  languages: 'Idioma',
  sandbox: 'Entorno de pruebas: nada sale de este equipo',
  sandboxForm: 'Formulario',
  sandboxDesk: 'Zammad',
  sandboxMailbox: 'Buzón',
  policy: 'Privacidad y uso aceptable',
  answeredWithin: (hours) => `Respuesta en menos de ${hours}\u00a0horas`,
  errorTitle: 'Error: ',

  home: {
    title: '¿En qué podemos ayudarle?',
    promise: (hours) =>
      `Elija de qué trata su consulta. Recibirá una respuesta por correo en menos de ${hours}\u00a0horas.`,
    ways: 'Cómo entrar',
    withLogin: 'Con cuenta',
    withLoginText: 'Entre y vea todas sus solicitudes en un solo lugar:',
    without: 'Sin cuenta',
    withoutText: 'No hace falta registrarse:',
    choose: 'elija un tema',
    topics: 'Temas',
    lostLink: '¿Ya nos escribió y ha perdido su enlace?',
    find: 'Recibirlo de nuevo',
  },

  form: {
    help: 'Quizá lo encuentre ya aquí',
    required: 'Los campos con * son obligatorios.',
    noPatients: 'Sin imágenes, nombres, identificadores ni fechas de nacimiento de pacientes.',
    choose: 'Elija',
    readPolicy: 'Leer la política',
    newTab: '(se abre en otra pestaña)',
    leaveEmpty: 'Deje esto vacío',
    fileLimits: (count, size, endings) => `Hasta ${count} archivos, ${size} en total: ${endings}.`,
    send: 'Enviar solicitud',
    sendAsNew: 'Enviar como solicitud nueva',
    problem: 'Hay un problema',
    error: 'Error:',
    chooseFilesAgain: 'Sus archivos no se han guardado. Vuelva a elegirlos antes de enviar.',
    notices: {
      'token-expired': {
        title: 'Envíe su solicitud otra vez',
        text: 'Esta página llevaba más de un día abierta, así que no se ha enviado nada. Su texto está más abajo. Revíselo y envíelo de nuevo.',
      },
      'already-sent-other': {
        title: 'Ya ha enviado este formulario',
        text: 'Tenemos su primera solicitud y no la hemos cambiado. Este texto es distinto y no se ha enviado. Si es otra solicitud, envíela como nueva.',
      },
      'filled-by-program': {
        title: 'Revise su solicitud y envíela de nuevo',
        text: 'Se escribió algo en un campo que las personas no ven, como hacen los programas. Ya está vacío otra vez, y su texto está más abajo.',
      },
      'files-too-large': {
        title: 'Sus archivos son demasiado grandes',
        text: 'No se ha enviado nada. Su texto está más abajo. Elija archivos más pequeños o envíe la solicitud sin ellos.',
      },
      'too-many-files': {
        title: 'Hay demasiados archivos',
        text: 'No se ha enviado nada. Su texto está más abajo. Elija menos archivos o reúna varios en un documento.',
      },
      'too-many-requests': {
        title: 'Espere un poco y vuelva a enviar',
        text: 'Han llegado muchas solicitudes desde su red en poco tiempo, así que esta no se ha enviado. Su texto está más abajo. Envíelo de nuevo dentro de unos minutos.',
      },
      unavailable: {
        title: 'No hemos podido recibir su solicitud',
        text: 'Algo ha fallado por nuestra parte. Su texto está más abajo. Envíelo de nuevo dentro de un minuto: nunca llega dos veces.',
      },
    },
  },

  conversation: {
    titles: {
      received: 'Tenemos su solicitud',
      opened: 'Tenemos su solicitud',
      answered: 'Tiene una respuesta',
      closed: 'Su solicitud está cerrada',
      merged: 'Tenemos su solicitud',
      'out-of-sight': 'Tenemos su solicitud',
      gone: 'Ya no tenemos su solicitud',
    },
    number: 'Su número de solicitud',
    reference: 'Su referencia',
    numberFollows: 'Su número de solicitud aparecerá aquí.',
    states: {
      received: 'Recibida',
      opened: 'En manos del centro de ayuda',
      answered: 'Respondida',
      closed: 'Cerrada',
      merged: 'Se atiende junto con otra solicitud',
      'out-of-sight': 'En manos de un equipo cuyo trabajo no podemos seguir desde aquí',
      gone: 'Ya no está en nuestro centro de ayuda',
    },
    withUnit: (unit) => `En manos de ${unit}`,
    about: {
      closed: 'Si queda algo pendiente, escríbanos más abajo: así se abre de nuevo.',
      merged: 'Nuestro personal la atiende junto con otra, y todo lo que usted envió forma parte de ella.',
      'out-of-sight':
        'Tienen su solicitud y usted puede seguir escribiendo más abajo. Es posible que sepamos de su respuesta más tarde de lo habitual.',
      gone: 'Ya nadie trabaja en ella. Lo que usted envió sigue en esta página. Si aún necesita ayuda, envíe una solicitud nueva.',
    },
    frozen:
      'Estamos comprobando nuestros registros tras un fallo por nuestra parte. Lo que ve aquí está a salvo, y las respuestas pueden tardar más de lo habitual.',
    unreachable: (address) =>
      `Nuestros correos a ${address} nos llegan devueltos. En esta página encontrará todas las respuestas.`,
    correct: 'Corregir la dirección',
    goesOnAs: 'Continúa como solicitud',
    notYetOpened:
      'Su solicitud está a salvo con nosotros. Se dará de alta en cuanto responda nuestro sistema de ayuda.',
    withStaff: 'Su solicitud está a salvo con nosotros. Nuestro personal la está dando de alta a mano.',
    numberStays: 'El número de arriba ya es suyo y no cambiará.',
    deskUnreachable:
      'Nuestro sistema de ayuda no responde en este momento. Su solicitud entrará por sí sola en cuanto lo haga. No hace falta que la envíe otra vez.',
    answerBy: 'Respuesta a más tardar',
    answerWasDue: 'La respuesta debía llegar',
    yourTime: (zone) => `(su hora, ${zone})`,
    zoneTime: (zone) => `(hora de ${zone})`,
    timeLeft: (duration) => `dentro de ${duration}`,
    late: (duration) => `Llevamos ${duration} de retraso. Lo sentimos; seguimos en ello.`,
    answersGoTo: 'Las respuestas llegan a',
    keep: 'Guarde este enlace',
    keepText: 'Es privado y abre esta página. También se lo enviamos por correo.',
    topic: 'Tema',
    files: 'Archivos',
    empty: 'Sin rellenar',
  },

  thread: {
    title: 'Conversación',
    you: 'Usted',
    team: 'El centro de ayuda',
    role: 'centro de ayuda',
    picture: 'Imagen',
    onTheWay: 'Enviado. Va de camino al equipo.',
    solved: 'Nos dijo que esto está resuelto.',
    rating: (score, word) => `Valoró nuestra ayuda: ${score} de 5, ${word.toLowerCase()}.`,
    news: 'Ha llegado una respuesta.',
    newState: (state) => `El estado de su solicitud ha cambiado: ${state}`,
  },

  acts: {
    back: 'Volver a su solicitud',
    replies: {
      title: 'Escriba al equipo',
      lead: 'Añada algo, responda a una pregunta o siga preguntando. Llega a quienes tienen su solicitud.',
      send: 'Enviar',
      done: 'Hemos guardado su mensaje y lo pasamos al equipo.',
      label: 'Su respuesta',
      files: 'Archivos',
    },
    solved: {
      link: 'Ya está resuelto',
      title: '¿Está resuelto?',
      lead: 'Entonces cerramos su solicitud. Puede abrirla de nuevo escribiendo en su página en los próximos 90 días.',
      send: 'Sí, está resuelto',
      done: 'Gracias. Cerramos su solicitud.',
    },
    rating: {
      link: '¿Qué tal lo hemos hecho?',
      title: '¿Qué tal lo hemos hecho?',
      lead: 'Nuestro equipo lee su valoración. No cambia nada de su solicitud.',
      send: 'Enviar valoración',
      done: 'Gracias por su valoración.',
      label: 'Nuestra ayuda ha sido',
      comment: '¿Qué deberíamos saber? (opcional)',
      words: ['Muy mala', 'Mala', 'Regular', 'Buena', 'Muy buena'],
    },
    address: {
      link: 'Corregir la dirección',
      title: 'Corrija su dirección',
      lead: 'Las respuestas y el enlace privado irán a la dirección nueva, y el enlace que tiene ahora dejará de servir.',
      send: 'Cambiar la dirección',
      done: 'La dirección está cambiada. También enviamos allí el enlace nuevo.',
      label: 'Su dirección de correo',
      now: (address) => `Hasta ahora: ${address}`,
      same: 'Las respuestas ya llegan a esta dirección',
    },
    notices: {
      'token-expired': {
        title: 'Envíe esto otra vez',
        text: 'La página llevaba más de un día abierta, así que no se ha enviado nada. Lo que escribió está más abajo. Revíselo y envíelo de nuevo.',
      },
      'already-sent-other': {
        title: 'Ya envió algo desde esta página',
        text: 'Tenemos lo que envió primero. Esto es distinto y no se ha enviado. Si quiere añadirlo, envíelo también.',
      },
      'files-too-large': {
        title: 'Sus archivos son demasiado grandes',
        text: 'No se ha enviado nada. Su texto está más abajo. Elija archivos más pequeños o envíelo sin ellos.',
      },
      'too-many-files': {
        title: 'Hay demasiados archivos',
        text: 'No se ha enviado nada. Su texto está más abajo. Elija menos archivos o reúna varios en un documento.',
      },
      'too-many-requests': {
        title: 'Espere un poco y vuelva a enviar',
        text: 'Se ha enviado mucho desde su red en poco tiempo, así que esto no se ha recibido. Lo que escribió está más abajo. Envíelo de nuevo dentro de unos minutos.',
      },
      unavailable: {
        title: 'No hemos podido recibir esto',
        text: 'Algo ha fallado por nuestra parte. Lo que escribió está más abajo. Envíelo de nuevo dentro de un minuto: nunca llega dos veces.',
      },
      'not-now': {
        title: 'Esto ya no puede hacerse',
        text: 'Su solicitud ha cambiado entretanto. No se ha enviado nada. Vuelva a ella para ver cómo está.',
      },
    },
    sendAsWell: 'Enviar esto también',
  },

  find: {
    title: 'Encuentre sus solicitudes',
    lead: 'Escriba la dirección de correo que nos dio. Le enviaremos allí los enlaces privados de sus solicitudes.',
    label: 'Su dirección de correo',
    send: 'Enviarme los enlaces',
    sentTitle: 'Mire en su buzón',
    sent: 'Si tenemos solicitudes de esa dirección, sus enlaces van de camino y llegarán en unos minutos.',
    sentHint: '¿No ha llegado nada? Mire en el correo no deseado o pruebe con otra dirección que haya usado.',
    again: 'Probar con otra dirección',
  },

  failures: {
    home: 'Ir a la página inicial',
    find: '¿Ha perdido su enlace?',
    wait: (duration) => `Espere ${duration}, vuelva atrás y envíe de nuevo.`,
    404: {
      title: 'No encontramos esta página',
      happened: 'La dirección no está completa o el enlace ya no es válido.',
      safe: 'Las solicitudes que ha enviado están a salvo y se responderán por correo.',
      next: 'Abra de nuevo el enlace de nuestro último correo o empiece en la página inicial.',
    },
    409: {
      title: 'Esto ya se envió',
      happened: 'Ya recibimos una solicitud desde esta página y esta es distinta.',
      safe: 'Su primera solicitud está a salvo. Lo que ha enviado ahora no se ha recibido.',
      next: 'Abra otra vez el formulario desde la página inicial para enviar una solicitud nueva.',
    },
    413: {
      title: 'Es demasiado grande para enviarlo',
      happened: 'Sus archivos superan con mucho el límite, así que hemos dejado de leer.',
      safe: 'No se ha enviado nada. Su texto sigue en su navegador.',
      next: 'Vuelva atrás para recuperar su texto, elija archivos más pequeños y envíe de nuevo.',
    },
    415: {
      title: 'No hemos podido leer lo enviado',
      happened: 'No llegó en la forma en que lo envía nuestro formulario.',
      safe: 'No se ha enviado nada. Su texto sigue en su navegador.',
      next: 'Vuelva atrás para recuperar su texto y envíe de nuevo; si se repite, recargue la página.',
    },
    429: {
      title: 'Espere un poco y vuelva a enviar',
      happened: 'Han llegado muchas solicitudes desde su red en poco tiempo.',
      safe: 'No se ha enviado nada. Su texto sigue en su navegador.',
      next: 'Espere unos minutos, vuelva atrás y envíe de nuevo.',
    },
    file: {
      title: 'Ahora no podemos traer este archivo',
      happened:
        'Nuestro sistema de ayuda, donde se guarda, no responde, o se están pidiendo muchos archivos a la vez.',
      safe: 'El archivo está a salvo.',
      next: 'Espere un minuto, vuelva atrás y ábralo de nuevo.',
    },
    500: {
      title: 'Algo ha fallado por nuestra parte',
      happened: 'Hemos cometido un error y ya tenemos aviso de él.',
      safe: 'Si estaba enviando una solicitud, no sabemos si llegó. Su texto sigue en su navegador.',
      next: 'Vuelva atrás y envíela de nuevo: la misma solicitud nunca llega dos veces.',
    },
    503: {
      title: 'Ahora no podemos recibir solicitudes',
      happened: 'El servicio se está reiniciando o no puede guardar nada en este momento.',
      safe: 'No se ha enviado nada. Si había escrito un texto, sigue en su navegador.',
      next: 'Espere un minuto, vuelva atrás e inténtelo de nuevo.',
    },
  },
}
