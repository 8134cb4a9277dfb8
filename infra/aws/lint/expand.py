"""Prints a template as CloudFormation will see it, after the transform of SAM: python expand.py TEMPLATE > EXPANDED.

cfn-lint looks into a SAM resource only so far: it accepts an event property that does not exist and a reference to a
role that is not there. The translator that CloudFormation itself runs refuses the first, and cfn-lint on what the
translator makes finds the second. Nothing here asks AWS for anything.
"""

import json
import sys

import boto3
from cfnlint.decode import cfn_yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator


def expand(path: str) -> dict:
    template = json.loads(json.dumps(cfn_yaml.load(path)))
    # What has no default is given when somebody deploys. Here any text does.
    values = {
        name: parameter.get("Default", "placeholder")
        for name, parameter in template["Parameters"].items()
    }
    session = boto3.session.Session(region_name="us-east-1")
    return Translator({}, Parser(), boto_session=session).translate(template, values)


if __name__ == "__main__":
    json.dump(expand(sys.argv[1]), sys.stdout, indent=1)
