"""LocalStack, for the tests of the state machine: calls go to recorded services, and retries do not wait."""

import functools
import os
import random
import sys
import time
import urllib.request
from types import SimpleNamespace

import boto3
import jsonpath_ng.ext
from jsonata import Jsonata
from localstack.runtime.main import main
from localstack.services.stepfunctions.asl.component.common.retry import jitter_strategy_decl, retrier_decl
from localstack.services.stepfunctions.asl.component.common.timeouts.timeout import EvalTimeoutError
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import lambda_eval_utils
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import state_task_service_sns
from localstack.services.stepfunctions.asl.jsonata import jsonata
from localstack.services.stepfunctions.asl.utils import boto_client, json_path

SERVICES = os.environ["RECORDED_SERVICES_URL"]
JITTER = float(os.environ["JITTER"])


def replace(module, name, found, new):
    # Another version of LocalStack may have it elsewhere.
    if getattr(module, name, None) is not found:
        sys.exit(f"{name} of {module.__name__} has changed: adapt start-localstack.py to this version of LocalStack.")
    setattr(module, name, new)


def note_wait(seconds):
    urllib.request.urlopen(f"{SERVICES}/waits", str(seconds).encode()).close()


def end_by_timeout(http_response, **_):
    # The interpreter raises the same error when a state times out.
    if http_response.status_code == 504:
        raise EvalTimeoutError()


@functools.cache
def recorded(service):
    client = boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=SERVICES,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=boto_client._BOTO_CLIENT_CONFIG,
    )
    client.meta.events.register("after-call", end_by_timeout)
    return client


replace(retrier_decl, "time", time, SimpleNamespace(sleep=note_wait))
# Random waits cannot be compared.
replace(jitter_strategy_decl, "random", random, SimpleNamespace(uniform=lambda low, high: low + JITTER * (high - low)))
for module in (lambda_eval_utils, state_task_service_sns):
    replace(module, "boto_client_for", boto_client.boto_client_for, lambda service, **_: recorded(service))

# A variable is read as the JSONata expression that it is. LocalStack downloads Java to evaluate it: this is the same evaluator in Python.
replace(jsonata, "_eval_jsonata", None, lambda expression: Jsonata.jsonata(expression).evaluate(None))

# Otherwise LocalStack spends most of the time on parsing the same paths again.
replace(json_path, "parse", jsonpath_ng.ext.parse, functools.cache(jsonpath_ng.ext.parse))

main()
