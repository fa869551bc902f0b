// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/transfer_state.h"

#include "core/experiment/experiment_file.h"
#include "core/study/study_columns.h"

#include <QCoreApplication>

namespace widthwise::ui {

namespace {

constexpr std::size_t mostShown = 50;

QString tr(const char* text)
{
    return QCoreApplication::translate("widthwise::ui::TransferState", text);
}

TransferOffer offerOf(Database& database, const ExperimentRecord& base, Experiment experiment)
{
    TransferOffer offer{base, std::move(experiment), {}, {}};
    offer.experiment.name = base.name;
    offer.best = bestTrials(offer.experiment.objective, Trials(database).all(base.id), mostShown);
    for (const TrialRecord& record : offer.best)
        offer.widths.push_back(studyColumns(offer.experiment, record.trial.configuration).width.value_or(0));
    return offer;
}

} // namespace

TransferStatePtr readTransferState(Database& database, std::int64_t experiment, TimePoint now)
{
    auto state = std::make_shared<TransferState>();
    state->experiment = experiment;
    std::optional<ExperimentRecord> base = Experiments(database).find(experiment);
    if (!base)
        return state;
    if (std::optional<TransferReport> own = transferReport(database, *base, now)) {
        std::optional<ExperimentRecord> search =
            base->parent ? Experiments(database).find(*base->parent) : std::nullopt;
        if (!search) {
            state->problem = tr("The search that this transfer comes from was removed from the store.");
            state->reports.push_back(*std::move(own));
            return state;
        }
        base = std::move(search);
    }
    ExperimentReading reading = readExperiment(base->yaml);
    if (!reading.problems.empty()) {
        state->problem = tr("The experiment's text has a problem, see Design: %1")
                             .arg(QString::fromStdString(reading.problems.front().toText({})));
        return state;
    }
    state->offer = offerOf(database, *base, *std::move(reading.experiment));
    state->reports = transferReports(database, base->id, now);
    return state;
}

} // namespace widthwise::ui
