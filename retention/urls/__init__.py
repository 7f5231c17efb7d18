"""Addresses of the four concerns and the board, a module for each."""

from retention.urls import (
    awards,
    board,
    entitlements,
    hardship,
    health,
    leave,
    screening,
    setbacks,
)

app_name = "retention"

urlpatterns = [
    *health.urlpatterns,
    *screening.urlpatterns,
    *entitlements.urlpatterns,
    *leave.urlpatterns,
    *hardship.urlpatterns,
    *awards.urlpatterns,
    *setbacks.urlpatterns,
    *board.urlpatterns,
]
