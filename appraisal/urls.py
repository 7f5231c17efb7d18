from django.urls import path

from appraisal.views import cycles, figures, imports, index_sets, results

app_name = "appraisal"

urlpatterns = [
    path("figures/", figures.figure_list, name="figure_list"),
    path("figures/export/", figures.figure_export, name="figure_export"),
    path("figures/sheets/<int:pk>/", figures.figure_sheet, name="figure_sheet"),
    path("figures/mine/", figures.my_figures, name="my_figures"),
    path("figures/mine/<int:pk>/confirm/", figures.figures_confirm, name="figures_confirm"),
    path("figures/mine/<int:pk>/dispute/", figures.figures_dispute, name="figures_dispute"),
    path("figures/import/", imports.figure_import, name="figure_import"),
    path("figures/import/template/", imports.figure_template, name="figure_template"),
    path("figures/import/<int:pk>/", imports.figure_import_detail, name="figure_import_detail"),
    path(
        "figures/import/<int:pk>/confirm/",
        imports.figure_import_confirm,
        name="figure_import_confirm",
    ),
    path(
        "figures/import/<int:pk>/discard/",
        imports.figure_import_discard,
        name="figure_import_discard",
    ),
    path(
        "figures/import/<int:pk>/errors/",
        imports.figure_import_errors,
        name="figure_import_errors",
    ),
    path("figures/import/<int:pk>/settle/", imports.name_settle, name="name_settle"),
    path("sets/", index_sets.index_set_list, name="index_set_list"),
    path("sets/install/", index_sets.index_set_install, name="index_set_install"),
    path("sets/<int:pk>/", index_sets.index_set_detail, name="index_set_detail"),
    path("sets/<int:pk>/publish/", index_sets.index_set_publish, name="index_set_publish"),
    path("cycles/", cycles.cycle_list, name="cycle_list"),
    path("cycles/open/", cycles.cycle_open, name="cycle_open"),
    path("cycles/<int:pk>/", cycles.cycle_detail, name="cycle_detail"),
    path("cycles/<int:pk>/assess/", cycles.cycle_assess, name="cycle_assess"),
    path("cycles/<int:pk>/export/", cycles.cycle_export, name="cycle_export"),
    path("results/<int:pk>/", results.result_detail, name="result_detail"),
]
