"""From a yearly promise to its proof: 工作要点 → 任务 → 进展 → 抽查 → 考核.

1. `notice` reads the published notice into its tree; at the desk (`points`, `task_breakdown`) the office corrects and issues it.
2. Issuing makes a task of each point and an assignment for each unit that owes it (牵头, 责任, 配合, 指导).
3. Each period (`periods`) a unit reports with evidence; its head passes it on, the office accepts or returns it.
4. The office draws a spot check that anybody can recompute (`spot_checks`); a finding may be objected to, and is put right.
5. `scoring` counts what `scores` reads from all this; `public_progress` tells the public, in words only where released.
"""
