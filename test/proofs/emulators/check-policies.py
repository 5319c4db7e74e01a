"""parliament on the policies in the JSON object on standard input. Prints a line of JSON for each finding.

The command of parliament is not used, because it leaves a copy of the policies in /tmp.
"""

import json
import sys

from parliament import analyze_policy_string

for name, policy in json.load(sys.stdin).items():
    for finding in analyze_policy_string(json.dumps(policy), include_community_auditors=True).findings:
        print(json.dumps({"policy": name, "issue": finding.issue, "detail": finding.detail}))
