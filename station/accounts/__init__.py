"""Who may do what.

Modules:
    roles: what people do.
    person: whoever does something, as the rules know them.
    passwords: hashed, checked, made for one time.
    logins: from the password to the logout.
    letting_in: the right password begins one, wrong ones lock the account.
    users: accounts: made, changed, closed.
    tokens: what scanners show.
"""
