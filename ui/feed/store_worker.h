// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/series_follower.h"
#include "ui/feed/store_client.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>
#include <map>

namespace widthwise::ui {

/// The part of StoreClient that lives in its thread; see there.
class StoreWorker : public QObject {
    Q_OBJECT
public:
    explicit StoreWorker(const QString& storeFile);
    ~StoreWorker() override;

    void start();
    void follow(std::int64_t experiment);
    void followMetric(const QString& metric);
    void followTrial(int number, const QString& prefix);
    void watch(std::int64_t experiment, int trial);
    void run(const std::function<void(Database&)>& job, const std::function<void()>& failed);
    void addExperiment(const ExperimentRecord& record, bool ready, const std::vector<Trial>& trials);
    void addFile(const ExperimentRecord& record, const QString& path);
    void setFile(std::int64_t experiment, const ExperimentSourceFile& file);
    void saveText(std::int64_t experiment, const QString& name, const QString& yaml);
    void setReady(std::int64_t experiment);
    void addTrials(std::int64_t experiment, int count);
    void change(std::int64_t experiment, const QString& yaml);
    void removeExperiment(std::int64_t experiment);
    void send(std::int64_t experiment, const Command& command);
    void reopen();

    /// The receiver has taken one update of series. From any thread.
    void acknowledge();

Q_SIGNALS:
    void experimentsChanged(widthwise::ui::ExperimentList experiments);
    void trialsChanged(widthwise::ui::TrialsUpdatePtr update);
    void metricsChanged(const QStringList& metrics);
    void seriesChanged(widthwise::ui::SeriesUpdatePtr update);
    void trialSeriesChanged(widthwise::ui::SeriesUpdatePtr update);
    void outputChanged(widthwise::ui::OutputUpdatePtr update);
    void experimentAdded(qint64 id);
    void experimentReady(qint64 id);
    void failed(const QString& message);
    void lost(const QString& message);
    void reopened();
    void readOnly(const QString& reason);
    void unusable(const QString& message);

private:
    void open();
    void poll();
    void sendExperiments();
    void sendTrials();
    void sendMetrics();
    void sendOutput();
    void sendPoints();
    /// Offers the series of `metric` that changed, each under the key of its trial's number; not those with
    /// key -1.
    void offer(SeriesFollower& follower, const QString& metric, const std::function<int(int)>& keyOf);
    void sendSeries();
    void sendTrialSeries();
    bool write(const std::function<void()>& what);
    std::optional<ExpectedTrials> expected(const ExperimentRecord& record, int trials);
    std::optional<ExpectedTrials> count(const Experiment& experiment, const ExperimentRecord& record,
                                        int trials);
    bool isReadOnly() const { return !m_readOnly.isEmpty(); }
    void complain(const std::exception& error);
    /// What went wrong with a request.
    void report(const std::exception& error);

    QString m_storeFile;
    QTimer m_timer{this};
    std::unique_ptr<Database> m_database;
    std::unique_ptr<SeriesTable> m_series;
    std::int64_t m_version = -1;
    bool m_changed = true; ///< something is to be read, whatever data_version says
    bool m_pointsWaiting = false;
    std::atomic<int> m_underway = 0;
    QString m_complaint;
    QString m_unread;   ///< why the last job failed; empty where it did not
    QString m_readOnly; ///< why nothing can be written; empty where it can

    ExperimentList m_experiments;
    /// What of an experiment's text and trials was counted.
    struct Counted {
        std::string yaml = {};
        ExperimentState state = ExperimentState::Draft;
        int trials = 0;
        std::optional<ExpectedTrials> expected = {};
    };
    std::map<std::int64_t, Counted> m_counted; ///< by experiment

    std::int64_t m_experiment = 0;
    std::int64_t m_revision = -1; ///< of the trials that were sent; -1 before the first
    QStringList m_metrics;
    bool m_metricsSent = false;
    QString m_metric;
    SeriesFollower m_ofMetric;
    int m_trial = -1;
    QString m_prefix;
    SeriesFollower m_ofTrial;
    bool m_outputSent = false;
    std::optional<TimePoint> m_outputRead; ///< of the output that was sent

    const std::string m_viewer; ///< this one's name among those that watch
    std::int64_t m_watched = 0;
    int m_watchedTrial = -1;
    TimePoint m_renewWatch{};
};

} // namespace widthwise::ui
