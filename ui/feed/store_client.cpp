// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/feed/store_client.h"

#include "ui/feed/store_worker.h"

namespace widthwise::ui {

StoreClient::StoreClient(const QString& storeFile, QObject* parent)
    : QObject(parent), m_storeFile(storeFile), m_worker(new StoreWorker(storeFile))
{
    m_thread.setObjectName(QStringLiteral("store"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::started, m_worker, &StoreWorker::start);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);

    connect(m_worker, &StoreWorker::experimentsChanged, this, &StoreClient::experimentsChanged);
    connect(m_worker, &StoreWorker::trialsChanged, this, &StoreClient::trialsChanged);
    connect(m_worker, &StoreWorker::metricsChanged, this, &StoreClient::metricsChanged);
    connect(m_worker, &StoreWorker::outputChanged, this, &StoreClient::outputChanged);
    connect(m_worker, &StoreWorker::experimentAdded, this, &StoreClient::experimentAdded);
    connect(m_worker, &StoreWorker::experimentReady, this, &StoreClient::experimentReady);
    connect(m_worker, &StoreWorker::failed, this, &StoreClient::failed);
    connect(m_worker, &StoreWorker::lost, this, &StoreClient::lost);
    connect(m_worker, &StoreWorker::reopened, this, &StoreClient::reopened);
    connect(m_worker, &StoreWorker::unusable, this, &StoreClient::unusable);
    connect(m_worker, &StoreWorker::readOnly, this, [this](const QString& reason) {
        m_whyReadOnly = reason;
        Q_EMIT readOnly(reason);
    });
    // The worker sends no more points before those that it sent were taken.
    connect(m_worker, &StoreWorker::seriesChanged, this, [this](const SeriesUpdatePtr& update) {
        Q_EMIT seriesChanged(update);
        m_worker->acknowledge();
    });
    connect(m_worker, &StoreWorker::trialSeriesChanged, this, [this](const SeriesUpdatePtr& update) {
        Q_EMIT trialSeriesChanged(update);
        m_worker->acknowledge();
    });
    m_thread.start();
}

StoreClient::~StoreClient()
{
    m_thread.quit();
    m_thread.wait();
}

void StoreClient::follow(std::int64_t experiment)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, experiment] { worker->follow(experiment); });
}

void StoreClient::followMetric(const QString& metric)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, metric] { worker->followMetric(metric); });
}

void StoreClient::followTrial(int number, const QString& prefix)
{
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, number, prefix] { worker->followTrial(number, prefix); });
}

void StoreClient::watch(std::int64_t experiment, int trial)
{
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, experiment, trial] { worker->watch(experiment, trial); });
}

void StoreClient::run(std::function<void(Database&)> job, std::function<void()> failed)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, job = std::move(job),
                                         failed = std::move(failed)] { worker->run(job, failed); });
}

void StoreClient::answer(const QPointer<QObject>& guard, std::function<void()> what)
{
    QMetaObject::invokeMethod(
        this,
        [guard, what = std::move(what)] {
            if (guard)
                what();
        },
        Qt::QueuedConnection);
}

void StoreClient::addExperiment(const ExperimentRecord& record, bool ready, const std::vector<Trial>& trials)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, record, ready, trials] {
        worker->addExperiment(record, ready, trials);
    });
}

void StoreClient::addFile(const ExperimentRecord& record, const QString& path)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, record, path] { worker->addFile(record, path); });
}

void StoreClient::setFile(std::int64_t experiment, const ExperimentSourceFile& file)
{
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, experiment, file] { worker->setFile(experiment, file); });
}

void StoreClient::saveText(std::int64_t experiment, const QString& name, const QString& yaml)
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, experiment, name, yaml] { worker->saveText(experiment, name, yaml); });
}

void StoreClient::setReady(std::int64_t experiment)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, experiment] { worker->setReady(experiment); });
}

void StoreClient::addTrials(std::int64_t experiment, int count)
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, experiment, count] { worker->addTrials(experiment, count); });
}

void StoreClient::change(std::int64_t experiment, const QString& yaml)
{
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, experiment, yaml] { worker->change(experiment, yaml); });
}

void StoreClient::removeExperiment(std::int64_t experiment)
{
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, experiment] { worker->removeExperiment(experiment); });
}

void StoreClient::send(std::int64_t experiment, const Command& command)
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, experiment, command] { worker->send(experiment, command); });
}

void StoreClient::reopen()
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker] { worker->reopen(); });
}

} // namespace widthwise::ui
