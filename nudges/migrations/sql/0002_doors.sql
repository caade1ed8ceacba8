-- For the link in a mail, which works without sign-in; Python has checked its token.
CREATE FUNCTION unsubscribe(p_email text, p_kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  INSERT INTO nudges_unsubscription (id, email, kind, created_at) VALUES (gen_random_uuid(), p_email, p_kind, now())
    ON CONFLICT DO NOTHING;
END $$;

REVOKE ALL ON FUNCTION unsubscribe(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unsubscribe(text, text) TO colloquy_signin;
ALTER FUNCTION unsubscribe(text, text) OWNER TO colloquy_usher;
