"""Whom the unit asks before it answers (征求意见): third parties whose rights are touched, and other agencies.

`services` asks, takes an opinion that came on paper or from the third party's own page, and says what follows from silence;
`acts` are the unit's forms on the page of the application; `views` is the page below `/requests/inquiry/`, by the number of
the letter and its own query code.
"""
