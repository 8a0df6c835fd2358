"""The sandbox (受限进程): whatever a stranger made is parsed in a process of its own, which may cost so much and no more.

1. `limits` says how much: time of computing, memory, a wall clock, bytes of the answer. Time is given by the bytes that
   were sent: who sends little, may cost little. It also names what may come of it besides an answer: a refusal in a
   sentence, a limit that was reached, an interruption.
2. `running` hands a file over and reads the answer, and keeps the server going.
3. `server` is a process that has loaded the parsers, and forks for each file; `plain_values` is how answers travel.

What may be done there is named by the module that knows the format ("module:function"): it takes the bytes of a file and
returns JSON or bytes, and knows neither the database nor Django's apps.
"""
