export const entry = {
  "entry.title": "Sign in",
  "entry.name": "Name",
  "entry.password": "Password",
  "entry.go": "Sign in",
  "entry.first": "The name and the first password were printed where the station was started.",
  "entry.change": "Choose a password of your own",
  "entry.change_why":
    "The one you have was given by somebody else. Nothing else is shown until it is changed.",
  "entry.old": "Present password",
  "entry.new": "New password: 12 characters or more",
  "entry.again": "New password, again",
  "entry.differ": "The two new passwords are not the same.",
  "entry.change_go": "Change it and go on",
  "code.login.wrong":
    "The name or the password is wrong, or the account is locked. After several wrong passwords it is locked for a while; an administrator can give a new password at once.",
  "code.login.busy": "Too many people sign in at once. Try again in a moment.",
  "code.password.wrong": "The password until now is wrong.",
  "code.password.short":
    "The new password has {length, plural, one {# character} other {# characters}} and needs {least}: take four words, for example.",
  "code.password.long": "The new password has {length} characters and may have {most}.",
  "code.password.common":
    "The new password is among those that are guessed first: take four words.",
  "code.password.like_name": "The new password is little more than your name: take four words.",
  "code.password.same": "The new password is the one you had. Choose another.",
  "code.password.changed_meanwhile": "Somebody gave you another password meanwhile. Sign in anew.",
  "code.password.must_change": "Change the password that you were given first.",
} as const;
