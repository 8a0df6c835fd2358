"""From a yearly promise to its proof: 工作要点 → 任务 → 进展 → 抽查 → 考核.

1. `notices` reads the published notice into its tree; beside its text, or in a workbook, the office corrects and issues it.
2. Issuing makes a task of each point and an assignment for each unit that owes it (牵头, 责任, 配合, 指导).
3. Each period (`periods`) a unit reports with evidence (`progress`); its head passes it on, the office accepts or returns it.
4. The office draws a spot check that anybody can recompute (`spot_checks`); a finding may be objected to, and is put right.
5. `scoring` counts what it reads from all this; `public_progress` tells the public, in words only where released.
"""
