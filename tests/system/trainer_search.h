// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace widthwise {

/// Files of searches with the bundled trainer in a folder of their own, and programs that are run there to
/// their end.
class TrainerSearches {
public:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString folder() const { return m_folder.path(); }

    void write(const QString& name, const QString& text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(text.toUtf8());
    }
    void run(const QString& program, const QStringList& arguments) const
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(program, arguments);
        constexpr int patience = 400'000;
        QVERIFY(process.waitForFinished(patience));
        QVERIFY2(process.exitCode() == 0, process.readAll().constData());
    }
    /// `toy.h5`, 1,500 jets of the toy simulation.
    void makeJets() const
    {
        run(QStringLiteral(WIDTHWISE_TRAINER),
            {QStringLiteral("simulate"), QStringLiteral("--jets"), QStringLiteral("1500"),
             QStringLiteral("--out"), path(QStringLiteral("toy.h5"))});
    }
    /// Runs the experiment NAME.yaml with the store `store.db`.
    void search(const QString& name) const
    {
        run(QStringLiteral(WIDTHWISECTL), {QStringLiteral("run"), path(name + QStringLiteral(".yaml")),
                                           QStringLiteral("--store"), path(QStringLiteral("store.db"))});
    }

private:
    QTemporaryDir m_folder;
};

} // namespace widthwise
