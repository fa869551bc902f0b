// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/experiment_controller.h"

#include "core/control/permission.h"
#include "core/control/warm_start.h"
#include "ui/ask/login_channel.h"
#include "ui/models/experiments_model.h"
#include "ui/shell/experiment_import.h"

#include <QSysInfo>

namespace widthwise::ui {

ExperimentController::ExperimentController(StoreClient& client, QObject* parent)
    : QObject(parent), m_client(client), m_driver(client.storeFile())
{
    connect(&client, &StoreClient::experimentsChanged, this, [this](const ExperimentList& experiments) {
        m_experiments = experiments;
        follow();
    });
    connect(&client, &StoreClient::trialsChanged, this,
            [this](const TrialsUpdatePtr& update) { rememberFailed(*update); });
    connect(&client, &StoreClient::experimentReady, this, &ExperimentController::drive);
    connect(&m_driver, &DriverProcess::failed, this, &ExperimentController::failed);
    connect(&m_driver, &DriverProcess::changed, this, &ExperimentController::driversChanged);
    connect(&m_driver, &DriverProcess::started, this, &ExperimentController::driverStarted);
}

void ExperimentController::create()
{
    m_client.addExperiment(newDraft());
}

void ExperimentController::add(const ExperimentRecord& record, bool start, const std::vector<Trial>& trials)
{
    m_client.addExperiment(record, start, trials);
}

void ExperimentController::openFile(const QString& path)
{
    try {
        const ExperimentRecord draft = draftFromFile(path);
        if (const ExperimentOverview* known = findFile(path, draft))
            Q_EMIT found(known->record.id);
        else
            m_client.addFile(draft, path);
    } catch (const std::exception& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
}

/// The draft of this file, though it was edited since; else what has the same text and folder.
const ExperimentOverview* ExperimentController::findFile(const QString& path,
                                                         const ExperimentRecord& draft) const
{
    const ExperimentOverview* same = nullptr;
    if (m_experiments)
        for (const ExperimentOverview& overview : *m_experiments) {
            const ExperimentRecord& record = overview.record;
            if (record.state == ExperimentState::Draft && overview.file &&
                overview.file->path == path.toStdString())
                return &overview;
            if (isMadeFrom(record.yaml, draft.yaml) && record.baseDirectory == draft.baseDirectory)
                same = &overview;
        }
    return same;
}

void ExperimentController::openExample()
{
    openFile(exampleFile());
}

void ExperimentController::start(const ExperimentOverview& overview)
{
    ask(overview, startCommands(standingOf(overview)));
}

/// A driver that drives an ended experiment may leave before it sees what is asked: then another one follows.
void ExperimentController::ask(const ExperimentOverview& overview, const std::vector<Command>& commands)
{
    for (const Command& command : commands)
        m_client.send(overview.record.id, command);
    const Standing standing = standingOf(overview);
    if (needsDriver(standing))
        m_client.setReady(overview.record.id); // and drive, once that is written
    else if (!standing.copy && isFinal(standing.state))
        m_ending.insert(overview.record.id);
}

void ExperimentController::logIn(const ExperimentOverview& overview)
{
    const ExperimentRecord& record = overview.record;
    if (!isAlive(overview.driver)) {
        m_client.setReady(record.id);
        return;
    }
    if (QString::fromStdString(overview.driver->host) != QSysInfo::machineHostName()) {
        Q_EMIT failed(
            tr("%1 is driven on %2: log in there, with widthwisectl resume.")
                .arg(QString::fromStdString(record.name), QString::fromStdString(overview.driver->host)));
        return;
    }
    m_leaving.insert(record.id);
    DriverProcess::leave(overview.driver->pid);
}

/// Drivers that were asked to leave, or left before they saw what was asked, are followed by new ones.
void ExperimentController::follow()
{
    for (const ExperimentOverview& overview : *m_experiments) {
        const std::int64_t id = overview.record.id;
        const bool alive = isAlive(overview.driver);
        if (alive && !isFinal(overview.record.state))
            m_ending.erase(id);
        if (!alive && m_leaving.erase(id) + m_ending.erase(id) > 0)
            m_client.setReady(id);
    }
}

void ExperimentController::pause(const ExperimentOverview& overview)
{
    ask(overview, {{Command::Kind::Pause}});
}

void ExperimentController::stop(const ExperimentOverview& overview)
{
    ask(overview, {{Command::Kind::Stop}});
}

void ExperimentController::retryFailed(const ExperimentOverview& overview)
{
    std::vector<Command> commands;
    for (const int trial : m_failed)
        commands.push_back({Command::Kind::RetryTrial, trial});
    ask(overview, commands);
}

void ExperimentController::sendTrial(const ExperimentOverview& overview, const Command& command)
{
    ask(overview, {command});
}

void ExperimentController::addTrials(const ExperimentOverview& overview, int count)
{
    m_client.addTrials(overview.record.id, count);
}

void ExperimentController::rememberFailed(const TrialsUpdate& update)
{
    if (update.complete)
        m_failed.clear();
    for (const TrialRecord& record : update.trials) {
        if (record.trial.state == TrialState::Failed)
            m_failed.insert(record.trial.number);
        else
            m_failed.erase(record.trial.number);
    }
}

void ExperimentController::remove(const ExperimentOverview& overview)
{
    m_client.removeExperiment(overview.record.id);
}

bool ExperimentController::isStarting(const ExperimentOverview& overview) const
{
    const pid_t pid = m_driver.pidOf(QString::fromStdString(overview.record.name));
    return pid != 0 && !(overview.driver && overview.driver->pid == pid);
}

void ExperimentController::drive(std::int64_t experiment)
{
    if (const ExperimentOverview* overview = find(experiment))
        m_driver.start(QString::fromStdString(overview->record.name),
                       overview->driver ? overview->driver->pid : 0);
}

const ExperimentOverview* ExperimentController::find(std::int64_t experiment) const
{
    if (m_experiments)
        for (const ExperimentOverview& overview : *m_experiments)
            if (overview.record.id == experiment)
                return &overview;
    return nullptr;
}

} // namespace widthwise::ui
