"""申诉、投诉举报: what people find wrong in the openness of public enterprises, or in the openness work of a unit.

1. Sent on the portal (`public`) or entered at the desk (`pages`), it gets a number and a query code, and finds its own way:
   about an enterprise to the department competent for its sector, about a unit to the county office (`unit_for`).
2. Who is accused never knows of it, nor how many there are; the office hands on words that name nobody (`forward`).
3. Drafted, signed by somebody else, frozen as a letter; the sender reads it by number and code, as every receipt.
4. `kind` says what may follow what, by which article it is handled and within which days; `enterprises` keeps the table.
"""
