"""When: the clock, the working-day calendar (工作日历) as the office keeps it, and what is due by it.

1. `clock` is what everybody asks for the time; `workdays` counts working days.
2. `law` has the rule sets of each period, with each limit as rules print it (`Limit`); `reckoning` finds when it runs out
   and says how; `legal_duties` names the limits that laws set, as `manage.py reckon` and the public page `deadline_page`
   (期限计算) compute them.
3. `duty_clocks` runs the clocks of duties (办理时限), and restates the open ones when the calendar has changed.
4. `holiday_notice` reads the days out of the State Council's yearly notice (放假安排), pasted as it was issued; `pages` shows a
   year in the office's admin, says what a change would move, then changes days and clocks together.
"""
