"""From a yearly promise to its proof: 工作要点 → 任务 → 进展 → 抽查.

1. `notice` reads the published notice into its tree of points, units and limits; the office corrects and issues it.
2. Issuing makes a task of each point and an assignment for each unit that owes it (牵头, 责任, 配合, 指导).
3. Each period a unit reports progress with evidence; its head passes it on, the office accepts or returns it.
4. The office draws a spot check that anybody can recompute; inspectors record what they found.
5. The public sees how each point stands, from accepted reports only, in words only where they were released.
"""
