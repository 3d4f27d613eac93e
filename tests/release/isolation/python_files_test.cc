#include "release/isolation/python_files.h"

#include <gtest/gtest.h>

namespace release {
namespace {

TEST(ParsePyvenv, ReadsHomeAndVersion) {
  const Pyvenv venv = ParsePyvenv(
      "home = /usr/bin\r\ninclude-system-site-packages = false\nVersion = 3.11.2\nno line\n");
  EXPECT_EQ(venv.home, "/usr/bin");
  EXPECT_EQ(venv.version, "3.11.2");
  EXPECT_EQ(ParsePyvenv("version_info=3.9.2.final.0").version, "3.9.2.final.0");
  EXPECT_EQ(ParsePyvenv("=").home, "");
  EXPECT_EQ(ParsePyvenv("").version, "");
  EXPECT_EQ(ParsePyvenv("home=" + std::string(10000, 'x')).home.size(), 4096U);
}

TEST(InterpreterOf, IsTheFirstLinesProgram) {
  EXPECT_EQ(InterpreterOf("#!/usr/bin/env python\n"), "/usr/bin/env");
  EXPECT_EQ(InterpreterOf("#! /x/python3 -I\nimport\n"), "/x/python3");
  EXPECT_EQ(InterpreterOf("#!/bin/sh"), "/bin/sh");
  EXPECT_EQ(InterpreterOf("#!"), "");
  EXPECT_EQ(InterpreterOf("import sys\n"), "");
  EXPECT_EQ(InterpreterOf(""), "");
}

TEST(InterpreterOf, IsFoundBehindAShellWhereThePathIsLong) {
  EXPECT_EQ(InterpreterOf("#!/bin/sh\n'''exec' \"/a b/python\" \"$0\" \"$@\"\n"), "/a b/python");
  EXPECT_EQ(InterpreterOf("#!/bin/sh\n'''exec' /a/python \"$0\" \"$@\"\n"), "/a/python");
  EXPECT_EQ(InterpreterOf("#!/bin/sh\n'''exec' \"/a"), "/a");
  EXPECT_EQ(InterpreterOf("#!/bin/sh\n'''exec' "), "");
  EXPECT_EQ(InterpreterOf("#!/bin/sh\necho\n"), "/bin/sh");
}

}  // namespace
}  // namespace release
