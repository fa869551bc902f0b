// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure_file.h"

#include "core/space/nearest.h"
#include "core/store/experiments.h"
#include "core/study/check_report.h"
#include "core/study/sweep_report.h"
#include "ui/compare/compare_chart.h"
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

ChartData figureOf(Database& database, const ExperimentRecord& record, const FigureRequest& request)
{
    if (request.page == QStringLiteral("verify")) {
        const CheckReport report = checkReport(database, record.id);
        if (report.isEmpty())
            throw std::invalid_argument(record.name + translated(" has recorded no activations so far."));
        ChartData data = checkFigure(report, decidingStep(report));
        data.y.range.reset(); // the page keeps it the same at every step; this is one step
        return data;
    }
    if (request.page != QStringLiteral("compare"))
        throw std::invalid_argument(translated("There are figures of verify and compare; none of ") +
                                    request.page.toStdString());
    const SweepReport report = sweepReport(database, record, request.metric.toStdString());
    if (report.isEmpty())
        throw std::invalid_argument(report.lack.empty()
                                        ? record.name + translated(" has no trial with a value of ") +
                                              report.metric.title()
                                        : report.lack);
    return compareChart(report);
}

} // namespace

QString writeFigure(const QString& storeFile, const FigureRequest& request)
{
    try {
        Database database(storeFile.toStdString(), Database::Mode::ReadOnly);
        Chart chart;
        chart.setData(
            figureOf(database, experimentNamed(database, request.experiment.toStdString()), request));
        return chart.save(request.file, figureSize);
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
}

} // namespace widthwise::ui
