"""Exchange with other platforms (对接平台): matters of the hotline come in and go out, and both sides know how they stand.

1. `open311` is the interface that others know already (GeoReport v2): what can be sent, sending it with a key, how it stands.
2. `messages` gives keys; tells a platform how its matters go on and hands over what its unit leads, signed and by a worker; takes
   what comes back. What is peculiar to a platform is an adapter (`register_adapter`), a mapping of one document to another.
3. `admin` is where the office keeps platforms and their keys, and sends a message once more.
Without a key nobody reads more than states, days, topics and units, and of confidential matters and reports about units nothing.
"""
