-- A call or a meeting that was logged by mistake can be taken back (decision 0023).

-- Takes calls and meetings of the bound workspace off the timeline, which nobody may but whoever
-- undoes that they were logged; what is told of notes, tasks and deals, and all that others sent,
-- stays. Answers how many.
create function take_back_events(events uuid[]) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
    gone integer;
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    delete from engagement_event e
    where e.workspace_id = ws and e.id = any (events)
        and e.type in ('call', 'meeting', 'meeting_booked') and e.source = 'person';
    get diagnostics gone = row_count;
    return gone;
end
$$;
