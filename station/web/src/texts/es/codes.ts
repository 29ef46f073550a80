import type { codes as english } from "../en/codes";

export const codes: Record<keyof typeof english, string> = {
  "code.alarm.decided_by_other":
    "Otra persona ya decidió sobre este recuadro: ya no se puede quitar.",
  "code.alarm.decided_meanwhile":
    "Otra persona decidió entretanto sobre esta alarma. Mire lo que vale ahora.",
  "code.alarm.not_yours": "Otra persona dibujó este recuadro. En su lugar, descártelo.",
  "code.alarm.was_test": "Esta alarma era de una prueba que ya terminó. Vuelva a cargar la página.",
  "code.alarm.withdrawn": "Este recuadro se quitó. Vuelva a cargar la página.",
  "code.box.outside":
    "El recuadro está fuera del escaneo de {width, number} x {height, number} px. Dibújelo de nuevo.",
  "code.bundle.damaged":
    "El paquete en uso, o lo que se guardó sobre él, está dañado. Avise a quien administra la estación.",
  "code.bundle.none": "No hay ningún paquete en uso. Avise a quien administra la estación.",
  "code.decision.needs_reason": "Elija primero un motivo.",
  "code.decision.not_yours": "Solo quien decidió puede retirar esa decisión.",
  "code.decision.replaced": "Otra decisión ocupa su lugar: ya no se puede retirar.",
  "code.disposition.alarm_forbids":
    "Una alarma confirmada impide liberar. Envíe el contenedor a registro o consulte a un supervisor.",
  "code.disposition.blocked":
    "{blocks, plural, one {# asunto lo impide} other {# asuntos lo impiden}}: vea qué queda pendiente.",
  "code.disposition.has_outcome": "El registro ya tiene un resultado: ya no se puede deshacer.",
  "code.disposition.needs_reason": "Indique por qué se libera de todos modos.",
  "code.disposition.not_yours": "Solo quien lo hizo, o un supervisor, puede deshacerlo.",
  "code.disposition.too_late":
    "Se puede deshacer solo durante {minutes, plural, one {# minuto} other {# minutos}}. Consulte a un supervisor.",
  "code.http.400": "No se puede hacer tal como se pidió.",
  "code.http.401": "Nadie ha iniciado sesión. Inicie sesión de nuevo.",
  "code.http.403": "Eso no está permitido aquí.",
  "code.http.404": "No existe ese dato. Vuelva a cargar la página.",
  "code.http.405": "La estación no hace eso aquí.",
  "code.http.409": "Los datos guardados no lo permiten ahora. Vuelva a cargar la página.",
  "code.http.503":
    "La estación no puede hacerlo ahora. No se cambió nada; inténtelo de nuevo pronto.",
  "code.http.other": "Eso falló. Inténtelo de nuevo.",
  "code.inspection.closed": "Este contenedor ya fue liberado o enviado a registro físico.",
  "code.lane.no_stream": "El carril {lane} no recibe columnas mientras se escanea.",
  "code.lane.not_open":
    "El proceso del carril no funciona. Se pone en marcha de nuevo por sí solo.",
  "code.login.csrf": "Esta página es de una sesión anterior. Vuelva a cargarla.",
  "code.login.none": "Nadie ha iniciado sesión. Inicie sesión de nuevo.",
  "code.outcome.changed_meanwhile":
    "Otra persona indicó entretanto qué se halló. Mírelo y después corríjalo.",
  "code.outcome.form": "Lo hallado no está completo. Llene lo que falta.",
  "code.outcome.not_searched": "Solo un contenedor que se envió a registro físico tiene resultado.",
  "code.outcome.unfit":
    "{problems, plural, one {# dato de lo hallado no puede ser correcto} other {# datos de lo hallado no pueden ser correctos}}. Revise lugares y tipos.",
  "code.period.unfit":
    "El período debe ser de {days, plural, one {# día} other {# días}} como máximo, y terminar después de empezar.",
  "code.picture.damaged":
    "La imagen de este escaneo está dañada. Sus alarmas y decisiones se conservan.",
  "code.picture.removed": "La imagen de este escaneo ya no se conserva.",
  "code.plane.unknown": "Este escaneo no tiene el plano {plane}.",
  "code.protocol.unknown": "El escáner debe usar {protocol}.",
  "code.record.unknown": "No existe ese dato. Vuelva a cargar la página.",
  "code.records.unfit": "No se puede guardar lo que se indicó. Revíselo.",
  "code.records.unreachable":
    "No hay acceso a los datos guardados. No se cambió nada; inténtelo de nuevo pronto.",
  "code.referral.standing": "Ya está remitido.",
  "code.request.foreign": "Solo las páginas de esta estación pueden hacer eso.",
  "code.request.form": "Algo de lo que se llenó no tiene la forma correcta. Revíselo.",
  "code.request.host": "Esta no es la dirección de la estación.",
  "code.request.large": "Eso es demasiado grande para la estación.",
  "code.request.reused":
    "Eso se pidió dos veces con contenido distinto. Vuelva a cargar la página.",
  "code.role.not_allowed":
    "Eso no es para el rol {role, select, operator {de operador} supervisor {de supervisor} qa {de calidad} administrator {de administrador} other {que usted tiene}}.",
  "code.scan.damaged":
    "Lo que se guardó de este escaneo está dañado. Avise a quien administra la estación.",
  "code.scan.no_columns": "Todavía no ha llegado nada de este escaneo.",
  "code.second.not_due": "Aquí no se pide una segunda opinión.",
  "code.second.own": "Usted la descartó: la segunda opinión debe ser de otra persona.",
  "code.shadow.damaged":
    "Lo que se guardó sobre el paquete en sombra está dañado. Avise a quien administra la estación.",
  "code.station.fault":
    "La estación tuvo una falla. Avise a quien la administra: los mensajes de la estación dicen cuál.",
  "code.tile.outside": "No existe esa parte del escaneo. Vuelva a cargar la página.",
  "code.token.wrong": "El token es incorrecto, o fue revocado.",
};
