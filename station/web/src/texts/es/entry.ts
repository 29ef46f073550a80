import type { entry as english } from "../en/entry";

export const entry: Record<keyof typeof english, string> = {
  "entry.title": "Iniciar sesión",
  "entry.name": "Nombre",
  "entry.password": "Contraseña",
  "entry.go": "Iniciar sesión",
  "entry.first":
    "El nombre y la primera contraseña aparecieron en pantalla donde se puso en marcha la estación.",
  "entry.change": "Elija una contraseña propia",
  "entry.change_why":
    "La que tiene se la dio otra persona. No se muestra nada más hasta que la cambie.",
  "entry.old": "Contraseña hasta ahora",
  "entry.new": "Contraseña nueva: 12 caracteres o más",
  "entry.again": "Contraseña nueva, otra vez",
  "entry.differ": "Las dos contraseñas nuevas no son iguales.",
  "entry.change_go": "Cambiarla y seguir",
  "code.login.wrong":
    "El nombre o la contraseña es incorrecto, o la cuenta está bloqueada. Tras varias contraseñas incorrectas se bloquea por un tiempo; un administrador puede dar una contraseña nueva de inmediato.",
  "code.login.busy":
    "Demasiadas personas inician sesión a la vez. Inténtelo de nuevo en un momento.",
  "code.password.wrong": "La contraseña hasta ahora es incorrecta.",
  "code.password.short":
    "La contraseña nueva tiene {length, plural, one {# carácter} other {# caracteres}} y necesita {least}: use cuatro palabras, por ejemplo.",
  "code.password.long":
    "La contraseña nueva tiene {length} caracteres y puede tener {most} como máximo.",
  "code.password.common":
    "La contraseña nueva es de las que se adivinan primero: use cuatro palabras.",
  "code.password.like_name": "La contraseña nueva es poco más que su nombre: use cuatro palabras.",
  "code.password.same": "La contraseña nueva es la que ya tenía. Elija otra.",
  "code.password.changed_meanwhile":
    "Alguien le dio otra contraseña entretanto. Inicie sesión de nuevo.",
  "code.password.must_change": "Primero cambie la contraseña que le dieron.",
};
