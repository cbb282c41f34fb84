"""Answers pip's question for the name and version of a source package without building it."""
import os


def prepare_metadata_for_build_wheel(directory, config_settings=None):
    name, version = os.environ["FRONTDESK_PIP_NAME"], os.environ["FRONTDESK_PIP_VERSION"]
    info = "%s-%s.dist-info" % (name.replace("-", "_"), version)
    os.makedirs(os.path.join(directory, info), exist_ok=True)
    with open(os.path.join(directory, info, "METADATA"), "w") as out:
        out.write("Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name, version))
    return info
