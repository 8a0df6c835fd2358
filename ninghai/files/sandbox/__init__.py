"""The sandbox (受限进程): whatever a stranger made is parsed in a process of its own, which may cost so much and no more.

1. `limits` says how much: time of computing, memory, a wall clock, bytes of the answer. Time is given by the bytes that
   were sent: who sends little, may cost little.
2. `running` hands a file over and reads the answer; `servers` keeps a process ready that has loaded the parsers (`server`)
   and forks for each file; `job` is what the forked process does.
3. `outcomes` are what may come of it: an answer, a refusal in a sentence, a limit that was reached, an interruption.

What may be done there is named by the module that knows the format ("module:function"): it takes the bytes of a file and
returns JSON or bytes, and knows neither the database nor Django's apps.
"""
