"""Accounts: how people sign in, and who is kept out (等保, GB/T 22239-2019 安全计算环境: 身份鉴别、访问控制).

1. The security administrator opens accounts, one or many (`people`, `workbooks`), and grants roles (`people`).
2. A person signs in by password and, where it is asked for, a code or a recovery code (`views`, `second_factor`).
3. Failed tries make signing in pause, per account and per address, for its owner apart (`login_throttle`).
4. Before anything else come a password of one's own and the second factor (`required_actions`, `passwords`).
5. Sessions end when nobody sits there, at the latest after some hours, or when one closes them (`sessions`).
6. Who may do what, at which address, is data (`permission_table`); how much, too (`request_limits`).
"""
