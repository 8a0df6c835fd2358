"""The doors: how people get in, and stay out (等保, GB/T 22239-2019 安全计算环境: 身份鉴别、访问控制).

1. The security administrator opens accounts, one or many (`people`, `workbook`), and grants roles (`granting`).
2. A person signs in by password and, where it is asked for, a code (`sign_in`, `second_factor`, `recovery`).
3. Failed tries make the door pause, per account and per address (`tries`), for its owner apart (`known_browsers`).
4. Before anything else come a password of one's own and the second factor (`gate`, `passwords`, `password_rules`).
5. Sessions end when nobody sits there, at the latest after some hours, or when one closes them (`sessions`).
"""
