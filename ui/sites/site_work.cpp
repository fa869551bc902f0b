// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites/site_work.h"

#include "ui/ask/login_channel.h"

#include <stdexcept>
#include <utility>

namespace widthwise::ui {

SiteWork::SiteWork(const QString& storeFile, QObject* parent) : QObject(parent), m_storeFile(storeFile)
{
    connect(&m_process, &CtlProcess::said, this, [this](const QString& line) {
        if (!m_testing)
            Q_EMIT said(m_site, line);
    });
    connect(&m_process, &CtlProcess::started, this, &SiteWork::started);
    connect(&m_process, &CtlProcess::finished, this, &SiteWork::conclude);
}

void SiteWork::test(const QString& site)
{
    m_testing = true;
    m_site = site;
    QStringList arguments{QStringLiteral("doctor"), QStringLiteral("--json")};
    if (site != QStringLiteral("local"))
        arguments << QStringLiteral("--site") << site;
    if (!m_storeFile.isEmpty())
        arguments << QStringLiteral("--store") << m_storeFile;
    m_process.start(arguments, site);
}

void SiteWork::deploy(const QString& site, bool source)
{
    m_testing = false;
    m_site = site;
    QStringList arguments{QStringLiteral("site"), QStringLiteral("deploy"), site};
    if (source)
        arguments << QStringLiteral("--source");
    m_process.start(arguments, site);
}

const SiteWork::Result* SiteWork::result(const QString& site) const
{
    const auto known = m_results.constFind(site);
    return known == m_results.constEnd() ? nullptr : &*known;
}

void SiteWork::conclude(const QByteArray& output, const QString& problem)
{
    Result result;
    try {
        if (m_testing) // its exit code says no more than the findings
            result.findings = findingsFromJson(output.toStdString());
        else
            result.failure = problem;
    } catch (const std::invalid_argument&) {
        result.failure = problem.isEmpty() ? tr("The test gave no answer.") : problem;
    }
    if (!m_testing && problem.isEmpty())
        result.done = QString::fromUtf8(output).trimmed().section(u'\n', -1);
    const QString site = std::exchange(m_site, {});
    m_results.insert(site, std::move(result));
    Q_EMIT finished(site);
}

} // namespace widthwise::ui
