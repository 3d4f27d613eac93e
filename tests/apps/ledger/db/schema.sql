-- What somebody owes or has paid, in cents. Two amounts have the wrong sign.
CREATE TABLE entries (id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL);
INSERT INTO entries (name, cents) VALUES ('Zoë', 1200), ('Yves', -300), ('Xenia', -450);
