// Imported first: what asks MiniStack here asks the second one. The first is the deployment's, which has no room for
// another of its name and looks at every secret there is.
process.env.MINISTACK_URL = process.env.SECOND_MINISTACK_URL;
