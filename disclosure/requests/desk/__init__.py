"""The unit's side of an application below `/work/requests/`: the register, entering what came on paper, the page of one with its
acts, what waits for a person.
"""
