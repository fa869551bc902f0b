// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/checkpoint.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/engine/training.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/registry.h"

#include <QDir>
#include <QFile>
#include <QList>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <optional>
#include <sstream>
#include <string>

namespace widthwise::trainer {

inline QList<QByteArray> linesOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QList<QByteArray> lines = file.readAll().split('\n');
    lines.removeLast();
    return lines;
}

/// The lines without their times, which differ from run to run.
inline QList<QByteArray> timeless(const QString& path)
{
    QList<QByteArray> lines = linesOf(path);
    for (QByteArray& line : lines) {
        const auto from = line.indexOf("\"time\":");
        line.remove(from, line.indexOf(',', from) - from);
    }
    return lines;
}

/// A progress stream that asks the run to stop once it tells of `step`.
class StopRequest : public std::stringbuf {
public:
    StopRequest(const QString& control, int step)
        : m_control(control), m_line("step " + std::to_string(step) + " of")
    {
    }

protected:
    int sync() override
    {
        if (str().find(m_line) != std::string::npos) {
            QFile file(m_control);
            if (file.open(QIODevice::WriteOnly)) {
                file.write("stop\n");
            }
            str({});
        }
        return 0;
    }

private:
    QString m_control;
    std::string m_line;
};

/// Trainings on toy jets, each in a folder of its own below a temporary one.
class TrainingRuns {
protected:
    /// `jets.h5`, `many.h5` (more than one block), and the settings of a small GN2.
    void prepare()
    {
        QVERIFY(m_folder.isValid());
        writeSimulation({.path = path("jets.h5"), .jets = 1200, .seed = 3});
        writeSimulation({.path = path("many.h5"), .jets = 4200, .seed = 4});
        m_settings =
            parseSettings(R"({"data": "jets.h5", "width": 32, "base_width": 32, "heads": 4, "layers": 2,
            "batch_size": 80, "steps": 30, "log_every": 1, "max_lr": 0.005, "warmup_fraction": 0.3})");
    }

    /// The same lines, and the same weights and moments to the last bit.
    void compareRuns(const std::string& a, const std::string& b)
    {
        QCOMPARE(timeless(file(a, "metrics.jsonl")), timeless(file(b, "metrics.jsonl")));
        const Checkpoint left = loadCheckpoint(path(a + "/checkpoint.pt"));
        const Checkpoint right = loadCheckpoint(path(b + "/checkpoint.pt"));
        QVERIFY(left.values == right.values);
        QVERIFY(left.first == right.first);
        QVERIFY(left.second == right.second);
    }

    std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }
    QString file(const std::string& folder, const std::string& name) const
    {
        return QString::fromStdString(path(folder) + "/" + name);
    }
    void makeFolder(const std::string& name) { QDir().mkpath(QString::fromStdString(path(name))); }

    Outcome run(const std::string& folder, const Settings& settings, const std::string& checkpoint = {},
                const std::optional<Backend>& backend = {}, std::int64_t untilStep = 0)
    {
        makeFolder(folder);
        std::ostringstream progress;
        return train(familyOf(settings), {settings, path(folder), path("."), checkpoint, untilStep, backend},
                     progress, m_notices);
    }

    /// Stopped three times, at random steps below 30, and going on each time.
    void runInPieces(const std::string& folder, const Settings& settings)
    {
        makeFolder(folder);
        std::string checkpoint;
        int step = 0;
        for (const int most : {10, 20, 29}) {
            step = QRandomGenerator::global()->bounded(step + 1, most + 1);
            StopRequest stop(file(folder, "control"), step);
            std::ostream progress(&stop);
            QCOMPARE(train(familyOf(settings), {settings, path(folder), path("."), checkpoint, 0}, progress,
                           m_notices),
                     Outcome::Stopped);
            QVERIFY(!QFile::exists(file(folder, "control")));
            checkpoint = path(folder + "/checkpoint.pt");
            QCOMPARE(loadCheckpoint(checkpoint).step, step);
        }
        QCOMPARE(run(folder, settings, checkpoint), Outcome::Completed);
    }

    QTemporaryDir m_folder;
    Settings m_settings;
    std::ostringstream m_notices;
};

} // namespace widthwise::trainer
