// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/command.h"
#include "core/experiment/progress.h"
#include "core/store/driver_lease.h"
#include "core/store/experiment_files.h"
#include "core/store/experiments.h"
#include "core/store/mirrors.h"
#include "core/store/outputs.h"
#include "core/store/series.h"
#include "core/store/trials.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>
#include <QThread>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace widthwise::ui {

class StoreWorker;

/// An experiment as the sidebar shows it.
struct ExperimentOverview {
    ExperimentRecord record;
    StateCounts counts{};
    std::optional<ExpectedTrials> expected; ///< where its text says so
    std::optional<DriverInfo> driver;
    std::optional<ExperimentSourceFile> file; ///< of its own
    std::optional<Origin> copyOf;             ///< where it is a copy of one on another machine
    bool operator==(const ExperimentOverview&) const = default;
};
using ExperimentList = std::shared_ptr<const std::vector<ExperimentOverview>>;

/// What changed of the followed experiment's trials since the last update; `complete` after a switch of
/// experiment.
struct TrialsUpdate {
    std::int64_t experiment = 0;
    bool complete = false;
    std::vector<TrialRecord> trials;
};
using TrialsUpdatePtr = std::shared_ptr<const TrialsUpdate>;

/// The end of the output of the followed trial, where its driver reads it on another machine; empty where it
/// has not.
struct OutputUpdate {
    std::int64_t experiment = 0;
    int trial = -1;
    std::optional<OutputTail> tail;
};
using OutputUpdatePtr = std::shared_ptr<const OutputUpdate>;

/// New points of one curve.
struct CurvePoints {
    int key = 0;
    bool restarted = false; ///< forget the points that came before
    Points points;
};

/// New points of the followed metric in every trial (keys are trial numbers), or of the followed trial's
/// metrics (keys are places in `metrics`). A long history comes in several updates; `complete` with the first
/// after a switch.
struct SeriesUpdate {
    std::int64_t experiment = 0;
    QStringList metrics;
    bool complete = false;
    std::vector<CurvePoints> curves;
};
using SeriesUpdatePtr = std::shared_ptr<const SeriesUpdate>;

/// The desktop's one way to the store: a thread with a connection of its own reads what changed and sends it
/// as immutable values, and writes what it is asked to. Nothing here blocks the caller.
class StoreClient : public QObject {
    Q_OBJECT
public:
    explicit StoreClient(const QString& storeFile, QObject* parent = nullptr);
    ~StoreClient() override;

    QString storeFile() const { return m_storeFile; }
    /// In a sentence why the store can only be looked at; empty where it can be written, or is not open yet.
    QString whyReadOnly() const { return m_whyReadOnly; }

    /// Whose trials and series to send; 0 for none.
    void follow(std::int64_t experiment);
    /// Which metric's points to send, of all trials; empty for none.
    void followMetric(const QString& metric);
    /// Which trial's output to send, and its metrics whose names begin with `prefix`; -1 for none.
    void followTrial(int number, const QString& prefix);
    /// Tells drivers that somebody looks at the experiment and at a trial's output (-1: none's); 0: at none.
    /// To be called every second or two while that is so.
    void watch(std::int64_t experiment, int trial);

    /// Runs `read` in the store's thread and hands its result to `receive` in this one, while `context`
    /// lives. Where `read` throws, or the store cannot be opened, that is told (see failed), and `unanswered`
    /// is called in place of `receive`.
    template <class Result>
    void query(QObject* context, std::function<Result(Database&)> read, std::function<void(Result)> receive,
               std::function<void()> unanswered = {})
    {
        const QPointer<QObject> guard(context);
        run(
            [this, guard, read = std::move(read), receive = std::move(receive)](Database& database) {
                auto result = std::make_shared<Result>(read(database));
                answer(guard, [receive, result] { receive(std::move(*result)); });
            },
            [this, guard, unanswered = std::move(unanswered)] {
                if (unanswered)
                    answer(guard, unanswered);
            });
    }

    /// Answered by experimentAdded, or failed. A taken name gets a number, which the text then says, too.
    /// With `ready` it is also made ready to be driven: see setReady. Its trials wait for their turn.
    void addExperiment(const ExperimentRecord& record, bool ready = false,
                       const std::vector<Trial>& trials = {});
    /// The same with what a file says, which stays as it is.
    void addFile(const ExperimentRecord& record, const QString& path);
    /// The file of a draft, to whose folder its relative paths are relative from now on.
    void setFile(std::int64_t experiment, const ExperimentSourceFile& file);
    void saveText(std::int64_t experiment, const QString& name, const QString& yaml);
    /// Makes a draft ready to be driven; answered by experimentReady, or failed where its text has errors.
    void setReady(std::int64_t experiment);
    /// See core/control/more_trials.h. Answered by experimentReady, or failed.
    void addTrials(std::int64_t experiment, int count);
    /// See core/control/change_experiment.h. Answered by experimentReady where it needs a driver, or failed.
    void change(std::int64_t experiment, const QString& yaml);
    void removeExperiment(std::int64_t experiment);
    void send(std::int64_t experiment, const Command& command);
    /// After lost: opens what lies at the store's path now and follows nothing. Makes no new store.
    void reopen();

Q_SIGNALS:
    void experimentsChanged(widthwise::ui::ExperimentList experiments);
    void trialsChanged(widthwise::ui::TrialsUpdatePtr update);
    void metricsChanged(const QStringList& metrics);
    void seriesChanged(widthwise::ui::SeriesUpdatePtr update);
    void trialSeriesChanged(widthwise::ui::SeriesUpdatePtr update);
    void outputChanged(widthwise::ui::OutputUpdatePtr update);
    void experimentAdded(qint64 id);
    void experimentReady(qint64 id);
    /// One sentence for a person; what was asked did not happen.
    void failed(const QString& message);
    /// Another file lies at the store's path than the one that is open, or none: nothing is read or written
    /// until it is put back, or reopen() is called. One sentence for a person.
    void lost(const QString& message);
    /// The store is another one than before, with other experiments under the same ids.
    void reopened();
    /// The store can only be looked at, or, with an empty reason, can be written again; see whyReadOnly.
    void readOnly(const QString& reason);
    /// One sentence for a person; the store is damaged, of a newer Widthwise, or no store.
    void unusable(const QString& message);

private:
    void run(std::function<void(Database&)> job, std::function<void()> failed);
    /// From the store's thread: calls `what` in this one, while `guard` lives.
    void answer(const QPointer<QObject>& guard, std::function<void()> what);

    QString m_storeFile;
    QString m_whyReadOnly;
    QThread m_thread;
    StoreWorker* m_worker; ///< lives in m_thread, which deletes it
};

} // namespace widthwise::ui
