"""The writing room (行文): a frozen snapshot becomes the words and tables of a letter. No database and no clock.

Each kind of report has a function in `by_kind` (考核通报: in `score`, 依申请公开情况: in `applications`, 政务舆情回应情况: in `opinions`, 12345热线办理情况: in `hotline`); what several say stands in `status_paragraphs`.
`letter` names the parts a letter is made of, `notation` how days, numbers and titles are written in official documents.
"""
