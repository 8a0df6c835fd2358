"""Working on an application, below `/work/requests/` and in the office's admin: the register, entering what came on paper, the page
of one with its acts, what waits for a person.
"""
