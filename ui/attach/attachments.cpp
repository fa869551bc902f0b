// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/attach/attachments.h"

#include "ui/ask/login_channel.h"

#include <chrono>

namespace widthwise::ui {

using namespace std::chrono_literals;

QString remoteName(const Remote& remote)
{
    const QString host = QString::fromStdString(remote.host);
    return remote.file.empty() ? host : host + u':' + QString::fromStdString(remote.file);
}

Attachments::Attachments(StoreClient& client, QObject* parent) : QObject(parent), m_client(client)
{
    connect(&client, &StoreClient::experimentsChanged, this, [this](const ExperimentList& experiments) {
        m_copies.clear();
        for (const ExperimentOverview& overview : *experiments)
            if (overview.copyOf)
                m_copies[overview.copyOf->mirror.id].push_back(overview.record.id);
        Q_EMIT changed();
    });
    m_client.query<std::vector<MirrorRecord>>(
        this,
        [](Database& database) {
            if (database.isReadOnly())
                return std::vector<MirrorRecord>();
            Mirrors mirrors(database);
            std::vector<MirrorRecord> all = mirrors.all();
            std::erase_if(
                all, [&](const MirrorRecord& mirror) { return !mirror.wanted || mirrors.isKept(mirror.id); });
            return all;
        },
        [this](const std::vector<MirrorRecord>& left) {
            for (const MirrorRecord& mirror : left)
                startProcess(mirror.remote);
        });
    connect(&m_timer, &QTimer::timeout, this, &Attachments::refresh);
    connect(&m_ctl, &DetachedCtl::started, this, &Attachments::started);
    connect(&m_ctl, &DetachedCtl::failed, this, &Attachments::failed);
}

void Attachments::setWatched(bool on)
{
    if (!on) {
        m_timer.stop();
        return;
    }
    m_timer.start(1s);
    refresh();
}

int Attachments::copies(std::int64_t mirror) const
{
    const auto count = m_copies.find(mirror);
    return count == m_copies.end() ? 0 : static_cast<int>(count->second.size());
}

void Attachments::refresh()
{
    m_client.query<std::vector<MirrorRecord>>(
        this, [](Database& database) { return Mirrors(database).all(); },
        [this](std::vector<MirrorRecord> mirrors) { take(std::move(mirrors)); });
}

void Attachments::take(std::vector<MirrorRecord> mirrors)
{
    m_mirrors = std::move(mirrors);
    Q_EMIT changed();
}

void Attachments::attach(const Remote& remote)
{
    m_client.query<MirrorRecord>(
        this, [remote](Database& database) { return Mirrors(database).attach(remote); },
        [this](const MirrorRecord& mirror) {
            startProcess(mirror.remote); // which takes the place of one that is there
            refresh();
        });
}

void Attachments::detach(std::int64_t mirror)
{
    m_client.query<bool>(
        this,
        [mirror](Database& database) {
            Mirrors(database).detach(mirror);
            return true;
        },
        [this](bool) { refresh(); });
}

/// The copies are removed one by one, so that whoever shows them hears of it.
void Attachments::forget(std::int64_t mirror)
{
    for (const std::int64_t copy : m_copies[mirror])
        m_client.removeExperiment(copy);
    m_client.query<bool>(
        this,
        [mirror](Database& database) {
            Mirrors(database).forget(mirror);
            return true;
        },
        [this](bool) { refresh(); });
}

/// What goes wrong there is told in the store.
void Attachments::startProcess(const Remote& remote)
{
    m_ctl.start(
        {QStringLiteral("mirror"), remoteName(remote), QStringLiteral("--store"), m_client.storeFile()},
        remoteName(remote));
}

} // namespace widthwise::ui
