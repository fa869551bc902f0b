// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites/sites_model.h"

#include "core/experiment/file_values.h"
#include "core/site/site.h"
#include "ui/models/experiments_model.h"
#include "ui/models/link_words.h"

#include <QDir>

#include <algorithm>

namespace widthwise::ui {

namespace {

QString local()
{
    return QStringLiteral("local");
}

int countOf(const ExperimentOverview& overview, TrialState state)
{
    return overview.counts.at(std::size_t(state));
}

} // namespace

SitesModel::SitesModel(QObject* parent) : QAbstractListModel(parent)
{
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &SitesModel::reread);
    reread();
}

void SitesModel::reread()
{
    if (const QString folder = QString::fromStdString(sitesFolder());
        m_watcher.directories().isEmpty() && QDir(folder).exists())
        m_watcher.addPath(folder);
    QStringList names;
    for (const std::string& name : siteNames())
        names.append(QString::fromStdString(name));
    if (names == this->names())
        return;
    beginResetModel();
    m_sites.clear();
    for (const QString& name : names)
        m_sites.push_back({name});
    endResetModel();
    count();
}

void SitesModel::setExperiments(const ExperimentList& experiments)
{
    m_experiments = experiments;
    count();
}

void SitesModel::count()
{
    if (!m_experiments)
        return;
    for (std::size_t row = 0; row < m_sites.size(); ++row) {
        Site site{m_sites[row].name};
        for (const ExperimentOverview& overview : *m_experiments) {
            if (QString::fromStdString(siteOf(overview)) != site.name)
                continue;
            site.running += countOf(overview, TrialState::Running);
            site.waiting += countOf(overview, TrialState::Queued);
            const bool driven = isAlive(overview.driver);
            site.driven |= driven;
            if (driven && overview.driver->link &&
                (!site.link || overview.driver->link->state != SiteLink::State::Connected))
                site.link = overview.driver->link;
            site.lost |= !driven && overview.record.state == ExperimentState::Running;
        }
        if (site == m_sites[row])
            continue;
        m_sites[row] = std::move(site);
        Q_EMIT dataChanged(index(int(row)), index(int(row)));
    }
}

const std::string& SitesModel::siteOf(const ExperimentOverview& overview)
{
    constexpr std::size_t most = 1000;
    const std::string& text = overview.record.yaml;
    if (const auto known = m_siteOfText.find(text); known != m_siteOfText.end())
        return known->second;
    if (m_siteOfText.size() > most)
        m_siteOfText.clear();
    const std::map<std::string, std::string> values = fileValues(text);
    const auto written = values.find("site");
    return m_siteOfText[text] = written == values.end() ? "local" : written->second;
}

void SitesModel::setLocal(const Inventory& inventory)
{
    m_local = inventory;
    Q_EMIT dataChanged(index(0), index(0));
}

void SitesModel::setVerdict(const QString& site, Verdict verdict)
{
    m_verdicts[site] = verdict;
    if (const QModelIndex row = indexOf(site); row.isValid())
        Q_EMIT dataChanged(row, row);
}

QStringList SitesModel::names() const
{
    QStringList names;
    for (const Site& site : m_sites)
        names.append(site.name);
    return names;
}

QModelIndex SitesModel::indexOf(const QString& site) const
{
    const auto row = std::ranges::find(m_sites, site, &Site::name);
    return row == m_sites.end() ? QModelIndex() : index(int(row - m_sites.begin()));
}

int SitesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_sites.size());
}

StateSign SitesModel::signOf(const Site& site) const
{
    if (site.lost)
        return {QStringLiteral("◌"), tr("an experiment there has no driver"), Tone::Warning};
    if (site.driven && site.link) {
        const LinkWords words = linkWords(*site.link, std::chrono::time_point_cast<std::chrono::milliseconds>(
                                                          std::chrono::system_clock::now()));
        return {words.shape, words.text, words.tone};
    }
    if (site.driven || site.name == local())
        return {QStringLiteral("●"), tr("connected"), Tone::Good};
    const auto verdict = m_verdicts.find(site.name);
    if (verdict == m_verdicts.end())
        return {QStringLiteral("○"), tr("nothing runs there"), Tone::Muted};
    if (*verdict == Verdict::Bad)
        return {QStringLiteral("✕"), tr("its test found something wrong"), Tone::Bad};
    return {QStringLiteral("●"), tr("its test went well"), Tone::Good};
}

QString SitesModel::detailOf(const Site& site) const
{
    QStringList parts;
    if (site.running > 0)
        parts.append(QStringLiteral("▶ %1").arg(site.running));
    if (site.waiting > 0)
        parts.append(QStringLiteral("○ %1").arg(site.waiting));
    if (!parts.isEmpty())
        return parts.join(QStringLiteral("  "));
    if (site.name != local() || !m_local)
        return {};
    return m_local->gpus.empty() ? tr("%1 CPU").arg(m_local->cpus)
                                 : tr("%1 GPU · %2 CPU").arg(m_local->gpus.size()).arg(m_local->cpus);
}

QString SitesModel::describe(const Site& site) const
{
    QStringList lines{signOf(site).label};
    if (site.running + site.waiting > 0)
        lines.append(tr("%1 running, %2 queued").arg(site.running).arg(site.waiting));
    if (site.name == local() && m_local) {
        lines.append(tr("%1 GB of memory").arg((m_local->memoryMiB + 512) / 1024));
        for (const Gpu& gpu : m_local->gpus)
            lines.append(QString::fromStdString(gpu.name));
    }
    return lines.join(QLatin1Char('\n'));
}

QVariant SitesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Site& site = m_sites[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return site.name;
    case Qt::ToolTipRole:
        return describe(site);
    case Qt::AccessibleTextRole:
        return QString(site.name + QStringLiteral(", ") +
                       describe(site).replace(u'\n', QStringLiteral(", ")));
    case ShapeRole:
        return signOf(site).shape;
    case ToneRole:
        return int(signOf(site).tone);
    case DetailRole:
        return detailOf(site);
    default:
        return {};
    }
}

} // namespace widthwise::ui
