"""A stored file drawn for the eye (文件预览), in the sandbox: what one looks at instead of opening the file.

1. `pages` makes pictures: of a page of a PDF, of a photograph.
2. `texts` reads what is in a document (docx) and in tables (xlsx, csv), as far as a screen shows it, with the help of
   `word`, which knows the numbers that Word counts and what is in its paragraphs. None of the three knows Django.
3. `drawn` has them called, and keeps what they drew under the hash of the file. Whoever shows it has asked the file's rule.
"""
