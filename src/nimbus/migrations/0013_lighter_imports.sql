-- Fresh statistics of what an import reads and writes (0007), from a tenth of the sample: keys are
-- told apart by few, and an import asks for them a dozen times.
create or replace function refresh_statistics() returns void
language plpgsql security definer
set search_path = public, pg_temp set default_statistics_target = 10 as $$
begin
    analyze contact (workspace_id, id, email, company_id);
    analyze company (workspace_id, id, domain, name_key);
    analyze global_contact (email_key);
    analyze client_assignment (email_key, workspace_id, client_id);
    analyze import_stage (workspace_id, import_id, email_key, row_no);
    analyze import_company (workspace_id, import_id, key);
    analyze import_row (workspace_id, import_id, row_no);
end
$$;

-- Nobody looks for a ledger line by its contact: the log says which imports were about one.
-- squawk-ignore require-concurrent-index-deletion
drop index import_row_contact;
