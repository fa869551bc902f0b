// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/ask/keychain.h"

#include <QCoreApplication>
#include <qt6keychain/keychain.h>

namespace widthwise::ui {

namespace {

/// Under which the entries stand in the keychain.
QString service()
{
    return QCoreApplication::organizationName();
}

bool answers(const QKeychain::Job& job)
{
    return job.error() == QKeychain::NoError || job.error() == QKeychain::EntryNotFound;
}

} // namespace

void Keychain::find(const QString& key, std::function<void(const Finding&)> receive)
{
    auto* job = new QKeychain::ReadPasswordJob(service(), this);
    job->setKey(key);
    connect(job, &QKeychain::Job::finished, this, [job, receive = std::move(receive)] {
        const bool found = job->error() == QKeychain::NoError;
        receive({answers(*job), found ? std::optional(job->textData()) : std::nullopt});
    });
    job->start();
}

void Keychain::keep(const QString& key, const QString& secret)
{
    auto* job = new QKeychain::WritePasswordJob(service(), this);
    job->setKey(key);
    job->setTextData(secret);
    connect(job, &QKeychain::Job::finished, this, [this, job] {
        if (job->error() != QKeychain::NoError)
            Q_EMIT failed(tr("The keychain does not take it: %1").arg(job->errorString()));
    });
    job->start();
}

void Keychain::remove(const QString& key, std::function<void(const Finding&)> receive)
{
    auto* job = new QKeychain::DeletePasswordJob(service(), this);
    job->setKey(key);
    connect(job, &QKeychain::Job::finished, this,
            [job, receive = std::move(receive)] { receive({.answers = answers(*job)}); });
    job->start();
}

} // namespace widthwise::ui
