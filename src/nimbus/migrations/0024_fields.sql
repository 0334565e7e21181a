-- Where the values of a field lie in `contact.custom` since its type was changed; null: under its id.
alter table custom_field add column stored_as uuid;
