from django.db import migrations

# A policy cannot compare a row with what it was; this does. Keys are rotated by the keeper, in whose role it is quiet.
STAY = """
    CREATE FUNCTION feedback_air_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what stands in the way is never reworded' USING ERRCODE = 'insufficient_privilege';
    END $$;
    REVOKE EXECUTE ON FUNCTION feedback_air_words_stay() FROM PUBLIC;
    CREATE TRIGGER feedback_airflag_words_stay BEFORE UPDATE ON feedback_airflag FOR EACH ROW
        WHEN (NEW.text IS NOT NULL AND NEW.text IS DISTINCT FROM OLD.text AND current_user = 'colloquy_member')
        EXECUTE FUNCTION feedback_air_words_stay();
"""
CHANGE = """
    DROP TRIGGER feedback_airflag_words_stay ON feedback_airflag;
    DROP FUNCTION feedback_air_words_stay();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0013_air_flags"),
    ]

    operations = [
        migrations.RunSQL(STAY, CHANGE),
    ]
