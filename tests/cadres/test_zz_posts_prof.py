import time
import pytest
from tests.cadres.test_posts_pages import *
from tests.cadres.test_posts_pages import LIST, EXPORT
from cadres.models import Appointment
@pytest.mark.parametrize("count", [50, 500, 5000])
def test_time(viewer, party_org, court, people, count):
    approval = make_approval(court)
    now = timezone.now()
    Post.objects.bulk_create([Post(court=court, unit=party_org, kind="other", name=str(n), authorised=3, is_exclusive=False, approval=approval, opened_on=YEAR_AGO, created_at=now) for n in range(count)])
    Appointment.objects.bulk_create([Appointment(court=court, post=p, seat=i+1, officer=people[i], start=YEAR_AGO, document=approval, created_at=now, changed_at=now) for p in Post.objects.all() for i in range(2)])
    for url in (LIST, LIST+"?state=vacant&sort=-days", LIST+"?q=zhy", EXPORT, reverse("cadres:approval_list"), approval.get_absolute_url()):
        viewer.get(url)
        best=9
        for _ in range(6):
            t=time.process_time(); viewer.get(url); best=min(best,time.process_time()-t)
        print(count, url, round(best*1000), "ms cpu")
