// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"
#include "ui/shell/driver_process.h"

#include <QObject>

#include <set>

namespace widthwise::ui {

/// Carries out what a person asks of experiments: writes it into the store, and starts drivers.
class ExperimentController : public QObject {
    Q_OBJECT
public:
    explicit ExperimentController(StoreClient& client, QObject* parent = nullptr);

    void create();
    /// Adds the experiment to the store, under a free name, with trials that wait for their turn; with
    /// `start` a driver starts it.
    void add(const ExperimentRecord& record, bool start, const std::vector<Trial>& trials);
    /// Adds the file's experiment, or chooses the one in the store that is its draft, or that has the same
    /// text and folder.
    void openFile(const QString& path);
    void openExample();
    /// Starts a draft or ready experiment, resumes one that was paused or has ended, and gives a new driver
    /// to one that lost its own.
    void start(const ExperimentOverview& overview);
    /// Gives it a new driver, which asks what the login at its site needs: the one that it has was let in
    /// once and is not any more. That one ends first, and its trials go on.
    void logIn(const ExperimentOverview& overview);
    void pause(const ExperimentOverview& overview);
    void stop(const ExperimentOverview& overview);
    void retryFailed(const ExperimentOverview& overview);
    /// More trials for one that has ended; they run at once.
    void addTrials(const ExperimentOverview& overview, int count);
    /// Asks for something of one trial.
    void sendTrial(const ExperimentOverview& overview, const Command& command);
    void remove(const ExperimentOverview& overview);
    /// Whether a driver that was started here has not said yet that it drives: it may still log in.
    bool isStarting(const ExperimentOverview& overview) const;

Q_SIGNALS:
    /// The one that was asked for is there already.
    void found(qint64 experiment);
    /// One sentence for a person.
    void failed(const QString& message);
    /// Whether a driver starts may have changed.
    void driversChanged();
    /// A driver was started that may ask.
    void driverStarted(widthwise::ui::LoginChannel* channel);

private:
    /// What is asked of an experiment that nobody drives gets it a driver.
    void ask(const ExperimentOverview& overview, const std::vector<Command>& commands);
    void follow();
    void drive(std::int64_t experiment);
    const ExperimentOverview* find(std::int64_t experiment) const;
    const ExperimentOverview* findFile(const QString& path, const ExperimentRecord& draft) const;
    void rememberFailed(const TrialsUpdate& update);

    StoreClient& m_client;
    DriverProcess m_driver;
    ExperimentList m_experiments;
    std::set<int> m_failed;           ///< trials of the followed experiment
    std::set<std::int64_t> m_leaving; ///< experiments that get a new driver when theirs has left
    std::set<std::int64_t> m_ending;  ///< asked for something while their driver was about to end
};

} // namespace widthwise::ui
