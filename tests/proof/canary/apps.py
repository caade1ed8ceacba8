import logging

from celery.signals import after_setup_logger, after_setup_task_logger
from django.apps import AppConfig
from django.db.backends.signals import connection_created

from tests.proof.canary import trouble


class CanaryConfig(AppConfig):
    """Every logger says everything, every statement with its values; and there is trouble where it is asked for."""

    name = "tests.proof.canary"
    label = "canary"

    def ready(self):
        say_everything()
        after_setup_logger.connect(say_everything)
        after_setup_task_logger.connect(say_everything)
        connection_created.connect(say_statements)
        trouble.lay_out()


def say_everything(**_):
    logging.getLogger().setLevel(logging.DEBUG)
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.setLevel(logging.DEBUG)


def say_statements(connection, **_):
    connection.force_debug_cursor = True
