// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/feed/store_worker.h"

#include "core/control/change_experiment.h"
#include "core/control/more_trials.h"
#include "core/control/new_experiment.h"
#include "core/control/standing.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/progress.h"
#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "core/store/commands.h"
#include "core/store/watches.h"

#include <QFile>
#include <QRegularExpression>
#include <QUuid>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>
#include <utility>

namespace widthwise::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto pollEvery = 100ms;
/// Points in one message: few enough that taking it costs the receiver less than a frame.
constexpr std::size_t pointsPerUpdate = 100'000;
/// Messages with points that wait to be taken.
constexpr int updatesUnderway = 2;

TimePoint now()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

} // namespace

StoreWorker::StoreWorker(const QString& storeFile)
    : m_storeFile(storeFile), m_viewer(QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString())
{
    m_timer.setInterval(pollEvery);
    connect(&m_timer, &QTimer::timeout, this, &StoreWorker::poll);
}

StoreWorker::~StoreWorker()
{
    watch(0, -1);
}

void StoreWorker::start()
{
    m_timer.start();
    poll();
}

void StoreWorker::open()
{
    if (m_database)
        return;
    const std::string file = m_storeFile.toStdString();
    QString reason;
    try {
        m_database = std::make_unique<Database>(file);
    } catch (const StoreError& error) {
        if (error.kind() != StoreError::Kind::ReadOnly)
            throw;
        m_database = std::make_unique<Database>(file, Database::Mode::ReadOnly);
        reason = QString::fromUtf8(error.what());
    }
    if (std::exchange(m_readOnly, reason) != reason)
        Q_EMIT readOnly(reason);
    m_series = std::make_unique<SeriesTable>(*m_database);
}

/// Once, until something has gone well again.
void StoreWorker::complain(const std::exception& error)
{
    const QString message = QString::fromUtf8(error.what());
    if (std::exchange(m_complaint, message) != message)
        report(error);
}

void StoreWorker::report(const std::exception& error)
{
    const auto* ofStore = dynamic_cast<const StoreError*>(&error);
    const StoreError::Kind kind = ofStore != nullptr ? ofStore->kind() : StoreError::Kind::Other;
    const QString message = QString::fromUtf8(error.what());
    if (kind == StoreError::Kind::Moved)
        Q_EMIT lost(message);
    else if (kind == StoreError::Kind::ReadOnly && isReadOnly())
        Q_EMIT failed(m_readOnly);
    else if (!m_database || kind == StoreError::Kind::Corrupt || kind == StoreError::Kind::Newer)
        Q_EMIT unusable(message);
    else
        Q_EMIT failed(message);
}

void StoreWorker::reopen()
{
    if (!QFile::exists(m_storeFile)) {
        m_complaint.clear(); // it is said again
        poll();
        return;
    }
    m_series.reset();
    m_database.reset();
    m_experiments.reset();
    m_watched = 0;
    follow(0);
    Q_EMIT reopened();
    poll();
}

void StoreWorker::poll()
{
    try {
        open();
        const std::int64_t version = m_database->dataVersion();
        if (version != m_version || m_changed) {
            sendExperiments();
            sendTrials();
            sendMetrics();
            sendOutput();
            m_pointsWaiting = true;
        }
        m_version = version;
        m_changed = false;
        if (m_pointsWaiting)
            sendPoints();
        m_complaint.clear();
    } catch (const std::exception& error) {
        complain(error);
    }
}

void StoreWorker::acknowledge()
{
    if (m_underway.fetch_sub(1) == updatesUnderway)
        QMetaObject::invokeMethod(this, &StoreWorker::poll, Qt::QueuedConnection);
}

void StoreWorker::sendExperiments()
{
    Experiments table(*m_database);
    auto overviews = std::make_shared<std::vector<ExperimentOverview>>();
    const std::map<std::int64_t, Origin> origins = Mirrors(*m_database).origins();
    const std::map<std::int64_t, ExperimentSourceFile> files = ExperimentFiles(*m_database).all();
    for (ExperimentRecord& record : table.all()) {
        ExperimentOverview overview;
        overview.counts = table.counts(record.id);
        overview.expected =
            expected(record, std::accumulate(overview.counts.begin(), overview.counts.end(), 0));
        overview.driver = driverInfo(*m_database, record.id);
        if (const auto origin = origins.find(record.id); origin != origins.end())
            overview.copyOf = origin->second;
        if (const auto file = files.find(record.id); file != files.end())
            overview.file = file->second;
        overview.record = std::move(record);
        overviews->push_back(std::move(overview));
    }
    if (m_experiments && *m_experiments == *overviews)
        return;
    m_experiments = overviews;
    Q_EMIT experimentsChanged(m_experiments);
}

/// Which trials are copies, or outside of a grid that was changed, does not change with what becomes of them.
std::optional<ExpectedTrials> StoreWorker::expected(const ExperimentRecord& record, int trials)
{
    Counted& known = m_counted[record.id];
    if (known.yaml == record.yaml && known.state == record.state && known.trials == trials)
        return known.expected;
    known = {record.yaml, record.state, trials, {}};
    try {
        known.expected = count(parseExperiment(record.yaml), record, trials);
    } catch (const ExperimentFileError&) { // a draft may have errors; the Design page tells of them
    }
    return known.expected;
}

/// The trials are read only where it depends on more than their number.
std::optional<ExpectedTrials> StoreWorker::count(const Experiment& experiment, const ExperimentRecord& record,
                                                 int trials)
{
    const bool hasChangedGrid = gridPoints(experiment.search) && !record.changes.empty();
    if (!experiment.fidelity && !schedulerOf(experiment.schedule.type).copies && !hasChangedGrid) {
        const auto planned = plannedTrials(experiment);
        return planned ? std::optional(ExpectedTrials{std::max<std::int64_t>(*planned, trials)})
                       : std::nullopt;
    }
    std::vector<Trial> all;
    for (TrialRecord& trial : Trials(*m_database).all(record.id))
        all.push_back(std::move(trial.trial));
    return expectedTrials(experiment, record.state, all);
}

void StoreWorker::sendTrials()
{
    if (m_experiment == 0)
        return;
    auto update = std::make_shared<TrialsUpdate>();
    update->experiment = m_experiment;
    update->complete = m_revision < 0;
    update->trials = Trials(*m_database).changedSince(m_experiment, m_revision);
    if (!update->complete && update->trials.empty())
        return;
    m_revision = std::max<std::int64_t>(m_revision, 0);
    for (const TrialRecord& record : update->trials)
        m_revision = std::max(m_revision, record.revision);
    Q_EMIT trialsChanged(update);
}

void StoreWorker::sendMetrics()
{
    QStringList metrics;
    if (m_experiment != 0)
        for (const std::string& metric : m_series->metrics(m_experiment))
            metrics.append(QString::fromStdString(metric));
    if (metrics == m_metrics && m_metricsSent)
        return;
    m_metrics = metrics;
    m_metricsSent = true;
    m_ofTrial.restart(); // its keys are places in this list
    Q_EMIT metricsChanged(m_metrics);
}

void StoreWorker::sendOutput()
{
    if (m_experiment == 0 || m_trial < 0)
        return;
    const std::optional<TrialRecord> record = Trials(*m_database).find(m_experiment, m_trial);
    Outputs outputs(*m_database);
    const auto read = record ? outputs.lastRead(record->id) : std::nullopt;
    if (m_outputSent && read == m_outputRead)
        return;
    m_outputSent = true;
    m_outputRead = read;
    Q_EMIT outputChanged(std::make_shared<OutputUpdate>(
        OutputUpdate{m_experiment, m_trial, read ? outputs.find(record->id) : std::nullopt}));
}

void StoreWorker::sendPoints()
{
    if (m_underway >= updatesUnderway)
        return; // acknowledge() comes back
    m_pointsWaiting = false;
    if (m_experiment != 0 && !m_metric.isEmpty())
        sendSeries();
    if (m_experiment != 0 && m_trial >= 0)
        sendTrialSeries();
    m_pointsWaiting = m_ofMetric.behind() || m_ofTrial.behind();
    if (m_pointsWaiting)
        QMetaObject::invokeMethod(this, &StoreWorker::poll, Qt::QueuedConnection);
}

void StoreWorker::offer(SeriesFollower& follower, const QString& metric, const std::function<int(int)>& keyOf)
{
    std::int64_t& revision = follower.revision(metric.toStdString());
    for (const SeriesSummary& summary :
         m_series->changedSince(m_experiment, metric.toStdString(), revision)) {
        revision = std::max(revision, summary.revision);
        const int key = keyOf(summary.trialNumber);
        if (key >= 0)
            follower.offer(key, summary);
    }
}

void StoreWorker::sendSeries()
{
    offer(m_ofMetric, m_metric, [](int trial) { return trial; });
    auto update = std::make_shared<SeriesUpdate>();
    update->experiment = m_experiment;
    update->metrics = QStringList{m_metric};
    update->complete = m_ofMetric.complete();
    update->curves = m_ofMetric.read(*m_database, pointsPerUpdate);
    if (!update->complete && update->curves.empty())
        return;
    m_ofMetric.taken();
    ++m_underway;
    Q_EMIT seriesChanged(update);
}

void StoreWorker::sendTrialSeries()
{
    auto update = std::make_shared<SeriesUpdate>();
    update->experiment = m_experiment;
    update->metrics = m_metrics.filter(QRegularExpression(u'^' + QRegularExpression::escape(m_prefix)));
    for (int key = 0; key < int(update->metrics.size()); ++key)
        offer(m_ofTrial, update->metrics[key],
              [this, key](int trial) { return trial == m_trial ? key : -1; });
    update->complete = m_ofTrial.complete();
    update->curves = m_ofTrial.read(*m_database, pointsPerUpdate);
    if (!update->complete && update->curves.empty())
        return;
    m_ofTrial.taken();
    ++m_underway;
    Q_EMIT trialSeriesChanged(update);
}

void StoreWorker::follow(std::int64_t experiment)
{
    if (experiment == m_experiment)
        return;
    m_experiment = experiment;
    m_revision = -1;
    m_metricsSent = false;
    m_trial = -1;
    m_ofMetric.restart();
    m_ofTrial.restart();
    m_changed = true;
    poll();
}

void StoreWorker::followMetric(const QString& metric)
{
    m_metric = metric;
    m_ofMetric.restart();
    m_changed = true;
    poll();
}

void StoreWorker::followTrial(int number, const QString& prefix)
{
    m_trial = number;
    m_prefix = prefix;
    m_outputSent = false;
    m_ofTrial.restart();
    m_changed = true;
    poll();
}

void StoreWorker::watch(std::int64_t experiment, int trial)
{
    const TimePoint time = now();
    const bool same = experiment == m_watched && trial == m_watchedTrial;
    if (experiment == 0 ? m_watched == 0 : same && time < m_renewWatch)
        return;
    m_watched = experiment;
    m_watchedTrial = trial;
    m_renewWatch = time + watchLasts / 3;
    try {
        open();
        if (isReadOnly())
            return;
        if (experiment == 0)
            Watches(*m_database).end(m_viewer);
        else
            Watches(*m_database).set(m_viewer, experiment, {trial, time + watchLasts});
    } catch (const StoreError&) {
        return; // trials on other machines are read less often then, and that is all
    }
}

bool StoreWorker::write(const std::function<void()>& what)
{
    try {
        open();
        if (isReadOnly())
            throw StoreError(StoreError::Kind::ReadOnly, m_readOnly.toStdString());
        Transaction transaction(*m_database);
        what();
        transaction.commit();
    } catch (const std::exception& error) {
        report(error);
        return false;
    }
    m_changed = true;
    poll();
    return true;
}

/// What fails the same way again and again is told once.
void StoreWorker::run(const std::function<void(Database&)>& job, const std::function<void()>& failed)
{
    try {
        open();
        job(*m_database);
        m_unread.clear();
    } catch (const std::exception& error) {
        const QString message = QString::fromUtf8(error.what());
        if (std::exchange(m_unread, message) != message)
            report(error);
        failed();
    }
}

void StoreWorker::addExperiment(const ExperimentRecord& record, bool ready, const std::vector<Trial>& trials)
{
    std::int64_t id = 0;
    const bool written = write(
        [&] { id = widthwise::addExperiment(*m_database, record, TextSource::Draft, trials, now()).id; });
    if (!written)
        return;
    Q_EMIT experimentAdded(id);
    if (ready)
        setReady(id);
}

void StoreWorker::addFile(const ExperimentRecord& record, const QString& path)
{
    std::int64_t id = 0;
    const bool written = write([&] {
        Experiments table(*m_database);
        ExperimentRecord added = record;
        added.name = table.freeName(record.name);
        added.created = now();
        id = table.add(added);
        ExperimentFiles(*m_database).set(id, {path.toStdString(), record.yaml});
    });
    if (written)
        Q_EMIT experimentAdded(id);
}

void StoreWorker::setFile(std::int64_t experiment, const ExperimentSourceFile& file)
{
    write([&] {
        Experiments table(*m_database);
        auto record = table.find(experiment);
        if (!record || record->state != ExperimentState::Draft)
            return;
        record->baseDirectory = std::filesystem::path(file.path).parent_path();
        table.replace(*record);
        ExperimentFiles(*m_database).set(experiment, file);
    });
}

void StoreWorker::saveText(std::int64_t experiment, const QString& name, const QString& yaml)
{
    write([&] {
        if (const auto origin = Mirrors(*m_database).origin(experiment))
            throw std::runtime_error(copyText(name.toStdString(), *origin) + "; its text is edited there");
        Experiments(*m_database).setYaml(experiment, name.toStdString(), yaml.toStdString());
    });
}

void StoreWorker::setReady(std::int64_t experiment)
{
    if (write([&] { makeReady(*m_database, experiment, now()); }))
        Q_EMIT experimentReady(experiment);
}

void StoreWorker::addTrials(std::int64_t experiment, int count)
{
    if (write([&] { widthwise::addTrials(*m_database, experiment, count, now()); }))
        Q_EMIT experimentReady(experiment);
}

void StoreWorker::change(std::int64_t experiment, const QString& yaml)
{
    bool needsOne = false;
    const bool isAsked = write([&] {
        const auto record = Experiments(*m_database).find(experiment);
        if (!record)
            throw std::runtime_error("this experiment was removed");
        askForChange(*m_database, *record, yaml.toStdString(), now());
        needsOne =
            !isAlive(driverInfo(*m_database, experiment), now()) && !Mirrors(*m_database).origin(experiment);
    });
    if (isAsked && needsOne)
        Q_EMIT experimentReady(experiment);
}

void StoreWorker::removeExperiment(std::int64_t experiment)
{
    write([&] { Experiments(*m_database).remove(experiment); });
}

void StoreWorker::send(std::int64_t experiment, const Command& command)
{
    write([&] { Commands(*m_database).add(experiment, command, now()); });
}

} // namespace widthwise::ui
