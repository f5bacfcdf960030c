// Changes the password of the user who is connected; runs on the system database. Parameters: old, new.
ALTER CURRENT USER SET PASSWORD FROM $old TO $new
