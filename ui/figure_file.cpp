// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure_file.h"

#include "core/space/nearest.h"
#include "core/store/experiments.h"
#include "core/study/check_report.h"
#include "core/study/sweep_report.h"
#include "ui/compare/compare_chart.h"
#include "ui/compare/search_chart.h"
#include "ui/plot/chart.h"
#include "ui/verify/check_figure.h"

#include <QCoreApplication>

#include <stdexcept>

namespace widthwise::ui {

namespace {

constexpr QSize figureSize(1080, 480);

std::string translated(const char* text)
{
    return QCoreApplication::translate("widthwise::ui::FigureFile", text).toStdString();
}

ExperimentRecord experimentNamed(Database& database, const std::string& name)
{
    Experiments experiments(database);
    if (std::optional<ExperimentRecord> record = experiments.find(name))
        return *std::move(record);
    std::vector<std::string> names;
    for (const ExperimentRecord& record : experiments.all())
        names.push_back(record.name);
    throw std::invalid_argument(translated("There is no experiment named ") + name + suggestion(name, names));
}

ChartData checkFigureOf(Database& database, const ExperimentRecord& record)
{
    const CheckReport report = checkReport(database, record.id);
    if (report.isEmpty())
        throw std::invalid_argument(record.name + translated(" has recorded no activations so far."));
    ChartData data = checkFigure(report, decidingStep(report));
    data.y.range.reset(); // the page keeps it the same at every step; this is one step
    return data;
}

ChartData sweepFigureOf(Database& database, const ExperimentRecord& record, const QString& metric)
{
    const SweepReport report = sweepReport(database, record, metric.toStdString());
    if (report.isEmpty())
        throw std::invalid_argument(report.lack.empty()
                                        ? record.name + translated(" has no trial with a value of ") +
                                              report.metric.title()
                                        : report.lack);
    return compareChart(report);
}

ChartData searchesFigureOf(Database& database, const FigureRequest& request)
{
    std::vector<std::string> searches;
    for (const QString& search : request.experiments)
        searches.push_back(search.toStdString());
    const SearchCost cost =
        request.cost.isEmpty() ? SearchCost::Trials : searchCostFromText(request.cost.toStdString());
    return searchChart(searchComparison(database, searches), cost);
}

ChartData figureOf(Database& database, const FigureRequest& request)
{
    if (request.figure == QStringLiteral("searches"))
        return searchesFigureOf(database, request);
    if (request.experiments.size() != 1)
        throw std::invalid_argument(translated("This figure is of one experiment."));
    const ExperimentRecord record = experimentNamed(database, request.experiments.front().toStdString());
    if (request.figure == QStringLiteral("verify"))
        return checkFigureOf(database, record);
    if (request.figure == QStringLiteral("compare"))
        return sweepFigureOf(database, record, request.metric);
    throw std::invalid_argument(translated("There are figures of verify, compare and searches; none of ") +
                                request.figure.toStdString());
}

} // namespace

QString writeFigure(const QString& storeFile, const FigureRequest& request)
{
    try {
        Database database(storeFile.toStdString(), Database::Mode::ReadOnly);
        Chart chart;
        chart.setData(figureOf(database, request));
        return chart.save(request.file, figureSize);
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
}

} // namespace widthwise::ui
