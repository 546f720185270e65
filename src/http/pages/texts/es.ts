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
    title: 'Tenemos su solicitud',
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
    late: (duration) => `${duration} de retraso. Lo sentimos; seguimos en ello.`,
    answersGoTo: 'Las respuestas llegan a',
    keep: 'Guarde este enlace',
    keepText: 'Es privado y abre esta página. También se lo enviamos por correo.',
    sent: 'Lo que nos ha enviado',
    sentAt: 'Enviado',
    topic: 'Tema',
    files: 'Archivos',
    empty: 'Sin rellenar',
  },

  failures: {
    home: 'Ir a la página inicial',
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
